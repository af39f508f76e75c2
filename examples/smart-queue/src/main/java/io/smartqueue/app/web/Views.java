package io.smartqueue.app.web;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.javalin.http.Context;

/** Pages and parts of pages, from templates that escape what they show. */
public final class Views {
    private static final TemplateEngine TEMPLATES =
            TemplateEngine.createPrecompiled(null, ContentType.Html, null, "io.smartqueue.app");

    private Views() {}

    /** Whether htmx asks, which wants the part that changes and no page. */
    public static boolean isPart(Context request) {
        return request.header("HX-Request") != null;
    }

    /** Answers with a page, or a part of one. */
    public static void show(Context request, String template, Object view) {
        show(request, 200, template, view);
    }

    public static void show(Context request, int status, String template, Object view) {
        StringOutput html = new StringOutput();
        TEMPLATES.render(template, view, html);
        request.status(status).contentType("text/html; charset=utf-8").result(html.toString());
    }
}
