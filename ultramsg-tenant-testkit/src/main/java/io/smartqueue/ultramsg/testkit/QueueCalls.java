package io.smartqueue.ultramsg.testkit;

import java.util.Map;

/** The queue of messages; docs/ultramsg-api.md, sections 2.2, 3.2 and 3.3. */
final class QueueCalls {

    private final InstanceData data;

    private QueueCalls(InstanceData data) {
        this.data = data;
    }

    static Map<String, Call> of(InstanceData data) {
        QueueCalls queue = new QueueCalls(data);
        return Map.of(
                "GET messages", Call.of(queue::list, MessageList.parameters()),
                "GET messages/statistics", Call.of(queue::statistics),
                "POST messages/resendByStatus",
                        Call.command(
                                queue::resendByStatus,
                                Parameter.required("status").oneOf("unsent", "expired")),
                "POST messages/resendById",
                        Call.of(queue::resendById, Parameter.required("id").count()),
                "POST messages/clear",
                        Call.command(
                                queue::clear,
                                Parameter.required("status").oneOf("queue", "sent", "unsent", "invalid", "expired")));
    }

    private StubReply list(StubRequest request) {
        return MessageList.of(
                data.queue.all().stream()
                        .map(queued -> queued.listed(data.account, data.now(), data.behaviour.shapes))
                        .toList(),
                request);
    }

    private StubReply statistics(StubRequest request) {
        return StubReply.json(data.behaviour.shapes.statistics(data.queue.statistics()));
    }

    private void resendByStatus(StubRequest request) {
        data.queue
                .in(MessageStatus.of(request.required("status")))
                .forEach(message -> data.queue.queueAgain(message, data.now()));
        data.catchUp();
    }

    private StubReply resendById(StubRequest request) {
        QueuedMessage message = data.queue.find(Long.parseLong(request.required("id")));
        if (message == null) {
            return InventedReplies.notFound("message");
        }
        data.queue.queueAgain(message, data.now());
        data.catchUp();
        return DocumentedReplies.done();
    }

    private void clear(StubRequest request) {
        data.queue.clear(MessageStatus.of(request.required("status")));
    }
}
