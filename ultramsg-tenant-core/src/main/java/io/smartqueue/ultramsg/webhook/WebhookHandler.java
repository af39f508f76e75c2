package io.smartqueue.ultramsg.webhook;

/**
 * What the host does with events. Every method does nothing unless the host overrides it.
 *
 * <pre>{@code
 * new WebhookHandler() {
 *     public void received(WebhookEvent.MessageReceived event) {
 *         tickets.add(event.organization(), event.sender(), event.text(), event.key());
 *     }
 * }
 * }</pre>
 *
 * <p>Called on the thread that gives the request to {@link Webhooks#receive}, by several at a time. UltraMsg waits meanwhile: what takes
 * longer than some seconds belongs into the host's own queue. If it returns, the event is never given to a handler again, on whichever
 * node. If it throws, whatever it is, the exception is logged, and the event is given to it again when UltraMsg repeats it. If the node
 * dies between the two, or it takes longer than the {@linkplain WebhookSettings.Builder#lease lease}, the event may be given to it once
 * more: a host to which that matters keeps {@link WebhookEvent#key()} together with what it does. More methods may be added.
 */
public interface WebhookHandler {
    /**
     * A message has come in.
     *
     * @param event who wrote what
     * @throws Exception to have the event repeated
     */
    default void received(WebhookEvent.MessageReceived event) throws Exception {}

    /**
     * A message was created on the account, by this service, or by somebody on the phone. A host that answers messages must not answer
     * these.
     *
     * @param event which
     * @throws Exception to have the event repeated
     */
    default void created(WebhookEvent.MessageCreated event) throws Exception {}

    /**
     * A message was brought further: to WhatsApp's server, to the recipient's device, or before his eyes. The library keeps this by
     * itself; acks may come in any order.
     *
     * @param event which
     * @throws Exception to have the event repeated
     */
    default void acknowledged(WebhookEvent.MessageAcknowledged event) throws Exception {}

    /**
     * Somebody has reacted to a message.
     *
     * @param event how and to which
     * @throws Exception to have the event repeated
     */
    default void reacted(WebhookEvent.MessageReacted event) throws Exception {}

    /**
     * Something has happened that this library does not know.
     *
     * @param event what UltraMsg calls it, and all it says
     * @throws Exception to have the event repeated
     */
    default void other(WebhookEvent.Other event) throws Exception {}
}
