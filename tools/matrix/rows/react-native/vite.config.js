export default { resolve: { alias: { "react-native": "react-native-web" } } };
