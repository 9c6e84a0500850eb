// Shows the document that this server publishes. "Try it out" asks this server and no other.
window.addEventListener('load', () => {
  SwaggerUIBundle({
    url: document.getElementById('api').dataset.document,
    dom_id: '#api',
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    persistAuthorization: false,
    validatorUrl: null,
    supportedSubmitMethods: ['get', 'post', 'put', 'patch', 'delete'],
  });
});
