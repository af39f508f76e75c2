package io.smartqueue.app.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Style sheet and scripts: read once, and kept by browsers until they change. */
public final class Assets {
    private static final Map<String, Asset> ASSETS = new LinkedHashMap<>();

    static {
        add("app.css", "/assets/app.css", "text/css; charset=utf-8");
        add("app.js", "/assets/app.js", "text/javascript; charset=utf-8");
        add("icon.svg", "/assets/icon.svg", "image/svg+xml");
        add("htmx.js", "/META-INF/resources/webjars/htmx.org/2.0.7/dist/htmx.min.js", "text/javascript; charset=utf-8");
    }

    private record Asset(byte[] content, String type, String version) {}

    private Assets() {}

    /** The address of an asset, another one whenever its content is another. */
    public static String path(String name) {
        @Nullable Asset asset = ASSETS.get(name);
        if (asset == null) {
            throw new IllegalArgumentException("no asset " + name);
        }
        return "/assets/" + name + "?v=" + asset.version();
    }

    static void addTo(RoutesConfig routes) {
        routes.get("/assets/{name}", Assets::answer);
    }

    private static void answer(Context request) {
        @Nullable Asset asset = ASSETS.get(request.pathParam("name"));
        if (asset == null) {
            throw new ProblemException(Problem.of(404, "not_found", "Nothing here", "there is no such file"));
        }
        request.header("Cache-Control", "public, max-age=31536000, immutable")
                .contentType(asset.type())
                .result(asset.content());
    }

    private static void add(String name, String resource, String type) {
        try (@Nullable InputStream file = Assets.class.getResourceAsStream(resource)) {
            if (file == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            byte[] content = file.readAllBytes();
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            ASSETS.put(name, new Asset(content, type, HexFormat.of().formatHex(hash, 0, 6)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
