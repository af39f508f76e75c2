package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.admin.EnvironmentImport;
import io.smartqueue.ultramsg.admin.EnvironmentReport;
import io.smartqueue.ultramsg.admin.SharingUpdate;
import io.smartqueue.ultramsg.internal.admin.EnvironmentImporter;
import io.smartqueue.ultramsg.internal.admin.InstanceSharing;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.Objects;

/**
 * Moves a service that kept one instance in environment variables to instances of its organizations' own, while it runs. For those
 * who run the service: it crosses organizations.
 *
 * <pre>{@code
 * EnvironmentMove move = whatsApp.environment(Actor.operator("upgrade"));
 * move.importEnvironment(bakery); // the old instance is the bakery's from now on
 * move.shareInstance(cafe, bakery); // and the café's people hear from the bakery's number
 * System.out.println(move.report().summary());
 * }</pre>
 *
 * <p>Comes from {@link UltraMessageInstanceManager#environment}; its methods block and throw as the manager's do. Thread-safe.
 */
public final class EnvironmentMove {
    private final EnvironmentImporter importer;
    private final InstanceSharing sharing;
    private final Actor.Operator operator;

    EnvironmentMove(EnvironmentImporter importer, InstanceSharing sharing, Actor.Operator operator) {
        this.importer = importer;
        this.sharing = sharing;
        this.operator = operator;
    }

    /**
     * Gives the variables' instance to one organization, its owner: tested first, then stored like any other, the token sealed. All
     * others that send through the variables go on doing so. The owner may send, unless somebody has suspended it or set it to
     * testing. Done again for the owner, it stores what the variables say now. The owner's history says who did it, with the origin
     * {@code environment}.
     *
     * @param organization who is to own the instance
     * @return imported, or why not
     */
    public EnvironmentImport importEnvironment(OrganizationId organization) {
        return importer.importInto(Objects.requireNonNull(organization, "organization"), operator);
    }

    /**
     * Lets an organization without an instance of its own send through another one's, whichever that one has at the time: a new token
     * or a new instance of the owner's is in force for it, too. It keeps its own status, limit and time zone. What is written to it
     * arrives at the owner's phone. If the owner has no instance any more, it cannot send; an instance of its own comes first.
     *
     * @param organization who is to send through it
     * @param owner whose instance it is
     * @return saved, or why not
     */
    public SharingUpdate shareInstance(OrganizationId organization, OrganizationId owner) {
        return sharing.share(
                Objects.requireNonNull(organization, "organization"), Objects.requireNonNull(owner, "owner"), operator);
    }

    /**
     * Ends that an organization sends through another one's instance. It sends through none then, not through the variables either.
     *
     * @param organization who shares
     * @return saved, or why not
     */
    public SharingUpdate endSharing(OrganizationId organization) {
        return sharing.end(Objects.requireNonNull(organization, "organization"), operator);
    }

    /**
     * Tells what the variables still do. Asks the store once for each organization without an instance of its own.
     *
     * @return who owns their instance, who still sends through them, and who shares an instance
     */
    public EnvironmentReport report() {
        return importer.report();
    }
}
