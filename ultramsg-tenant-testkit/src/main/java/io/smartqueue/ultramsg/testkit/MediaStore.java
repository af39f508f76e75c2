package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/** Uploaded files, which the stub serves without a token. Not thread-safe; {@link InstanceState} guards it. */
final class MediaStore {

    /** What calls that fetch a file begin with. */
    static final String FETCH = "GET media/files/";

    private final String baseUrl;
    private final Map<String, Stored> files = new LinkedHashMap<>();
    private long uploads;

    private record Stored(UploadedFile file, YearMonth month) {}

    MediaStore(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    /** Keeps a file and tells its URL. */
    String add(UploadedFile file, Instant now) {
        uploads++;
        String path = uploads + "-" + file.name();
        files.put(path, new Stored(file, YearMonth.from(now.atOffset(ZoneOffset.UTC))));
        return baseUrl + "/media/files/" + path;
    }

    @Nullable
    UploadedFile fetch(String call) {
        Stored stored = files.get(call.substring(FETCH.length()));
        return stored == null ? null : stored.file();
    }

    boolean delete(String url) {
        return files.remove(url.substring(url.lastIndexOf('/') + 1)) != null;
    }

    /** Deletes what was uploaded in a month such as {@code 1-2023}. */
    void deleteMonth(String date) {
        String[] parts = date.split("-");
        YearMonth month = YearMonth.of(Integer.parseInt(parts[1]), Integer.parseInt(parts[0]));
        files.values().removeIf(stored -> stored.month().equals(month));
    }
}
