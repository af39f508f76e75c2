package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.organization.OrganizationId;

/** One message on its way: what goes, for whom, under which name, how, and until when. */
record Dispatch(
        OrganizationId organization,
        OutboundMessage message,
        Reference reference,
        SendOptions options,
        Deadline deadline) {}
