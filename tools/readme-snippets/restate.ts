process.env["VERISTEP_BASE_URL"] = "http://127.0.0.1:9";
process.env["VERISTEP_TOKEN"] = "any";
process.env["VERISTEP_CONTACT_KEY"] = Buffer.alloc(32, 1).toString("base64");

// README
