package io.smartqueue.ultramsg.testkit;

/** A file as it came in a multipart part, or as a form field with base64 or a URL. */
final class UploadedFile {

    private final String name;
    private final byte[] bytes;

    UploadedFile(String name, byte[] bytes) {
        this.name = name.replaceAll("[^A-Za-z0-9._-]", "_");
        this.bytes = bytes.clone();
    }

    String name() {
        return name;
    }

    byte[] bytes() {
        return bytes.clone();
    }
}
