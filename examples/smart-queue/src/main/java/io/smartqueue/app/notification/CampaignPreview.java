package io.smartqueue.app.notification;

import io.smartqueue.app.web.Problem;

import java.util.List;

/**
 * What would be sent.
 *
 * @param count how many messages
 * @param firstTexts what the first of them say
 * @param problems all that keeps the batch from being started; a recipient's names him as {@code recipients[0].phone}
 */
public record CampaignPreview(int count, List<String> firstTexts, List<Problem.Field> problems) {
    public CampaignPreview {
        firstTexts = List.copyOf(firstTexts);
        problems = List.copyOf(problems);
    }

    @Override
    public String toString() {
        return "CampaignPreview[" + count + " messages, " + problems.size() + " problems]";
    }
}
