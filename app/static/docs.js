"use strict";
const page = document.documentElement;

// Swagger UI would send every default with every request. It is described instead.
const describeDefaults = (document) => {
  for (const { get: operation } of Object.values(document.paths)) {
    for (const parameter of operation.parameters ?? []) {
      if (parameter.schema?.default === undefined) continue;
      const shown = page.dataset.default.replace("{value}", "`" + parameter.schema.default + "`");
      parameter.description = `${parameter.description} ${shown}`;
      delete parameter.schema.default;
    }
  }
  return document;
};

window.ui = SwaggerUIBundle({
  url: "openapi.json?lang=" + page.lang,
  dom_id: "#swagger-ui",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: "list",
  tryItOutEnabled: true,
  validatorUrl: null,
  plugins: [
    { statePlugins: { spec: { wrapActions: { updateJsonSpec: (update) => (json) => update(describeDefaults(json)) } } } },
  ],
});
