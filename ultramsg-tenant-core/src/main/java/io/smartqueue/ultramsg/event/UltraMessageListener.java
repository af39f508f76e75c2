package io.smartqueue.ultramsg.event;

/**
 * Hears what happens to messages and instances, for metrics and alarms. Register it with the manager's builder.
 *
 * <pre>{@code
 * UltraMessageInstanceManager.builder(store).listener(new UltraMessageListener() {
 *     public void healthChanged(HealthChanged event) {
 *         operators.tell(event.now().organization() + ": " + event.now().finding().advice());
 *     }
 * });
 * }</pre>
 *
 * <p>Called on one thread of the library's, one event after the other in the order in which they happened on this node, soon
 * after they did. What a listener throws is logged, once in full, and touches nothing else; a listener that is slower than what
 * happens misses events once 10,000 of them wait, which is logged with their number. No event holds a token, a recipient or a
 * text. More methods may be added.
 */
public interface UltraMessageListener {
    /**
     * A call to send a message has come to its end.
     *
     * @param event what came out
     */
    default void sent(MessageSent event) {}

    /**
     * A message whose outcome was unknown has been found at UltraMsg, by the search in the background.
     *
     * @param event which
     */
    default void settled(MessageSettled event) {}

    /**
     * UltraMsg turned out to have a message more often than it should, see
     * {@link io.smartqueue.ultramsg.message.SendOptions.Builder#repeatWhenAbsent}.
     *
     * @param event which
     */
    default void duplicateFound(DuplicateFound event) {}

    /**
     * The circuit of an instance has opened, closed, or lets some calls through to try.
     *
     * @param event which
     */
    default void circuitChanged(CircuitChanged event) {}

    /**
     * A message that its organization's instance did not take goes to a standby.
     *
     * @param event from where to where
     */
    default void failedOver(FailedOver event) {}

    /**
     * An instance is found to be in another state than at the last check: its phone disconnected, it waits for its QR code, it was
     * stopped for non-payment, or it is back.
     *
     * @param event before and after
     */
    default void healthChanged(HealthChanged event) {}

    /**
     * A request to the host's route for webhooks was refused.
     *
     * @param event why
     */
    default void webhookRefused(WebhookRefused event) {}

    /**
     * A message has come further at UltraMsg or WhatsApp: it was delivered or read, or cannot be. Told once of each step that is
     * known, by the node that has heard of it first.
     *
     * @param event which message, from where to where
     */
    default void deliveryChanged(DeliveryChanged event) {}

    /**
     * Many of an organization's messages have failed today, and a rule of the host's has acted on it. Told by one of the nodes, once for
     * each organization, day and kind of action.
     *
     * @param event which rule, and what it saw
     */
    default void riskFound(RiskFound event) {}
}
