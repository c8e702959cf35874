export { countryOf, isCountryCode } from "./countries.js";
export {
  maxPhoneInputLength,
  parsePhone,
  type CountryCode,
  type ParsePhoneOptions,
  type PhoneProblem,
} from "./parse-phone.js";
