package io.smartqueue.ultramsg.testkit;

import java.util.List;
import java.util.Map;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Uploaded files; docs/ultramsg-api.md, sections 2.7 and 3.13. */
final class MediaCalls {

    private final InstanceData data;

    private MediaCalls(InstanceData data) {
        this.data = data;
    }

    static Map<String, Call> of(InstanceData data) {
        MediaCalls media = new MediaCalls(data);
        return Map.of(
                StubRequest.UPLOAD,
                Call.of(media::upload),
                "POST media/delete",
                Call.of(media::delete, Parameter.required("url")),
                "POST media/deleteByDate",
                Call.command(
                        request -> data.media.deleteMonth(request.required("date")),
                        Parameter.required("date").matching("(0?[1-9]|1[0-2])-\\d{4}", InventedReplies.IS_NO_MONTH)));
    }

    private StubReply upload(StubRequest request) {
        UploadedFile file = request.file();
        String text = request.parameter("file");
        if (file == null && text != null) {
            file = new UploadedFile("file", text.getBytes(UTF_8));
        }
        if (file == null) {
            return DocumentedReplies.invalid(List.of(Map.of("file", "is required")));
        }
        return DocumentedReplies.file(data.media.add(file, data.now()));
    }

    private StubReply delete(StubRequest request) {
        return data.media.delete(request.required("url")) ? DocumentedReplies.done() : InventedReplies.notFound("file");
    }
}
