"use strict";
// What pages cannot do without a script. Everything else works by links, forms and htmx.

// what the server refuses outside of a form is said where screen readers hear it
document.addEventListener("htmx:responseError", event => trouble(event.detail.xhr.responseText));
document.addEventListener("htmx:sendError", () => trouble("The server does not answer: try again soon."));
document.addEventListener("htmx:afterRequest", event => { if (event.detail.successful) trouble(""); });

function trouble(text) {
    const place = document.getElementById("trouble");
    if (place && place.textContent !== text) {
        place.textContent = text;
    }
}

// an answer that is a part of a page goes to its place, whatever its status: 409 and 429 tell of forms, too
document.addEventListener("htmx:beforeSwap", event => {
    const type = event.detail.xhr.getResponseHeader("Content-Type") || "";
    if (event.detail.xhr.status >= 400 && type.startsWith("text/html")) {
        event.detail.shouldSwap = true;
        event.detail.isError = false;
    }
});

// where something is under way, screen readers wait
document.addEventListener("htmx:beforeRequest", event => busy(event, true));
document.addEventListener("htmx:afterRequest", event => busy(event, false));

function busy(event, isBusy) {
    const place = document.getElementById(event.detail.elt.dataset.busy || "");
    if (place) {
        place.setAttribute("aria-busy", String(isBusy));
    }
}

// a field is invalid as long as an error stands beside it
document.addEventListener("htmx:oobAfterSwap", event => {
    const place = event.detail.target;
    if (place && place.classList.contains("error") && place.id.endsWith("-error")) {
        const field = document.getElementById(place.id.slice(0, -"-error".length));
        if (field && field.matches("input, select, textarea")) {
            place.textContent.trim() ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid");
        }
    }
});

document.addEventListener("focusOn", event => {
    const place = document.getElementById(event.detail.id);
    if (place) {
        for (let around = place.closest("details"); around; around = around.parentElement.closest("details")) {
            around.open = true;
        }
        place.focus();
    }
});

// the server puts blanks into a number; whoever has typed on meanwhile keeps what he typed, and his place in it
document.addEventListener("formatted", event => {
    const field = event.target;
    if (field.value === undefined || field.value.trim() !== event.detail.typed) {
        return;
    }
    const isAtEnd = field.selectionStart === field.value.length;
    const before = digits(field.value.slice(0, field.selectionStart));
    field.value = event.detail.text;
    if (document.activeElement === field) {
        let at = isAtEnd ? field.value.length : 0;
        while (!isAtEnd && at < field.value.length && digits(field.value.slice(0, at)) < before) {
            at++;
        }
        field.setSelectionRange(at, at);
    }
});

function digits(text) {
    return text.replace(/[^0-9+]/g, "").length;
}

document.addEventListener("click", event => {
    const toggle = event.target.closest("#token-toggle");
    if (toggle) {
        const isShown = toggle.getAttribute("aria-pressed") !== "true";
        toggle.setAttribute("aria-pressed", String(isShown));
        document.getElementById(toggle.getAttribute("aria-controls")).type = isShown ? "text" : "password";
    }
    const take = event.target.closest("[data-take]");
    if (take) {
        const field = document.getElementById(take.dataset.take);
        field.value = take.dataset.value;
        take.textContent = "Taken";
        take.disabled = true;
    }
});
