"use strict";
// What pages cannot do without a script. Everything else works by links, forms and htmx.

// what the server refuses outside of a form is said where screen readers hear it
document.addEventListener("htmx:responseError", event => trouble(event.detail.xhr.responseText));
document.addEventListener("htmx:sendError", () => trouble("The server does not answer. Nothing was done: try again soon."));
document.addEventListener("htmx:afterRequest", event => { if (event.detail.successful) trouble(""); });

function trouble(text) {
    const place = document.getElementById("trouble");
    if (place && place.textContent !== text) {
        place.textContent = text;
    }
}
