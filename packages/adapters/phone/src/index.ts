export { countryOf, isCountryCode } from "./countries.js";
export {
  maxPhoneInputLength,
  parsePhoneNumber,
  type CountryCode,
  type ParsePhoneNumberOptions,
  type PhoneNumberProblem,
} from "./parse-phone-number.js";
