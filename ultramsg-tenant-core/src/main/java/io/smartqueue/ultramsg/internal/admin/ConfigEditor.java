package io.smartqueue.ultramsg.internal.admin;

import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.admin.StandbyUpdate;
import io.smartqueue.ultramsg.admin.StandbyView;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.connection.ConnectionTest;
import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.error.TokenSealException;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ChangeOrigin;
import io.smartqueue.ultramsg.organization.ConfigAction;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.ConfigProblem.Code;
import io.smartqueue.ultramsg.organization.ConfigValidation;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.LastTest;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.organization.Region;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import io.smartqueue.ultramsg.organization.WebhookEventName;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Does to configuration what one actor may do: checks, tests, saves, in this order. What was checked is what is saved, or all of it is
 * done again. Thread-safe; cheap to make, one for each actor.
 */
public final class ConfigEditor implements Administration.Editor {
    /** Never whose it is: one tenant's admin learns nothing about another tenant. */
    private static final ConfigProblem IN_USE = ConfigProblem.of(ConfigField.INSTANCE_ID, Code.IN_USE);

    private static final ConfigProblem UNREADABLE = ConfigProblem.of(ConfigField.TOKEN, Code.UNREADABLE);
    private static final ConfigDraft NOTHING = ConfigDraft.builder().build();
    private static final int ATTEMPTS = 3;

    private final Actor actor;
    private final OrganizationStore theirs;
    private final StandbyEditor standbys;
    private final EditorTools tools;
    private final @Nullable ChangeOrigin origin;

    /**
     * Makes an editor.
     *
     * @param actor who is recorded
     * @param theirs the store as the actor may use it; what is tested is read from the service's own
     * @param theirStandbys the store of standbys as the actor may use it
     */
    public ConfigEditor(Actor actor, OrganizationStore theirs, StandbyStore theirStandbys, EditorTools tools) {
        this(actor, theirs, new StandbyEditor(theirStandbys, tools), tools, null);
    }

    private ConfigEditor(
            Actor actor,
            OrganizationStore theirs,
            StandbyEditor standbys,
            EditorTools tools,
            @Nullable ChangeOrigin origin) {
        this.actor = actor;
        this.theirs = theirs;
        this.standbys = standbys;
        this.tools = tools;
        this.origin = origin;
    }

    /** The same, for values that nobody typed. */
    public ConfigEditor from(ChangeOrigin origin) {
        return new ConfigEditor(actor, theirs, standbys, tools, origin);
    }

    @Override
    public Optional<ConfigView> view(OrganizationId organization) {
        return read(theirs, organization)
                .map(stored -> ConfigView.of(
                        stored.config().own(), stored.maskedToken(), stored.problems(tools.validator(), NOTHING)));
    }

    @Override
    public Optional<ConfigView> viewWithoutToken(OrganizationId organization) {
        return theirs.findWithoutToken(organization)
                .map(config ->
                        config.toBuilder().dailyLimit(null).build()) // which a host's own memberships do not keep back
                .map(config -> ConfigView.of(
                        config.own(),
                        null,
                        new Stored(config, StoredToken.HIDDEN).problems(tools.validator(), NOTHING)));
    }

    @Override
    public List<ConfigProblem> validate(OrganizationId organization, ConfigDraft change) {
        return read(theirs, organization).orElse(Stored.NONE).problems(tools.validator(), change);
    }

    @Override
    public UltraMessageTestResult test(OrganizationId organization, ConfigDraft change) {
        Optional<Stored> stored = read(tools.organizations(), organization);
        if (stored.isEmpty()) {
            return ConnectionTest.noSuchOrganization();
        }
        ConfigValidation checked = stored.get().check(tools.validator(), change);
        return checked instanceof ConfigValidation.Valid valid
                ? run(organization, valid.config())
                : ConnectionTest.invalid(((ConfigValidation.Invalid) checked).problems());
    }

    private UltraMessageTestResult run(OrganizationId organization, UltraMessageConfig config) {
        return tools.connectionTest()
                .run(config, tools.quotas().usage(organization).orElse(null));
    }

    @Override
    public ConfigUpdate update(
            OrganizationId organization, ConfigDraft change, Verification verification, ConfigAction action) {
        ConfigUpdate update = attempt(organization, change, verification, action);
        boolean mayRepeat = change.version().isEmpty();
        for (int attempt = 2;
                update instanceof ConfigUpdate.ChangedMeanwhile && mayRepeat && attempt <= ATTEMPTS;
                attempt++) {
            update = attempt(organization, change, verification, action);
        }
        return update;
    }

    private ConfigUpdate attempt(
            OrganizationId organization, ConfigDraft change, Verification verification, ConfigAction action) {
        Optional<Stored> stored = read(theirs, organization);
        if (stored.isEmpty()) {
            return new ConfigUpdate.NoSuchOrganization();
        }
        Optional<Long> version = stored.get().config().version();
        if (change.version().isPresent() && !change.version().equals(version)) {
            return changedMeanwhile(organization);
        }
        ConfigValidation checked = stored.get().check(tools.validator(), change);
        if (!(checked instanceof ConfigValidation.Valid valid)) {
            return new ConfigUpdate.Invalid(((ConfigValidation.Invalid) checked).problems());
        }
        ConfigDraft understood = asUnderstood(change, valid.config()).toBuilder()
                .version(version.orElse(null))
                .build();
        return verification == Verification.TEST_FIRST
                ? testAndSave(organization, stored.get(), understood, valid.config(), note(action))
                : save(organization, stored.get(), understood, note(action), null);
    }

    private ConfigUpdate changedMeanwhile(OrganizationId organization) {
        return view(organization)
                .<ConfigUpdate>map(ConfigUpdate.ChangedMeanwhile::new)
                .orElseGet(ConfigUpdate.NoSuchOrganization::new);
    }

    private AuditNote note(ConfigAction action) {
        AuditNote note = AuditNote.by(actor).action(action);
        return origin == null ? note : note.origin(origin);
    }

    /** The fields of a change as the check has read them, so that one form is stored however they were typed. */
    static ConfigDraft asUnderstood(ConfigDraft change, UltraMessageConfig read) {
        ConfigDraft.Builder understood = change.toBuilder();
        if (change.instanceId().isPresent()) {
            understood.instanceId(read.credentials().instance().value());
        }
        if (change.baseUrl().isPresent()) {
            understood.baseUrl(read.credentials().baseUrl().toString());
        }
        if (change.businessNumber().isPresent()) {
            understood.businessNumber(
                    read.businessNumber().map(PhoneNumber::e164).orElse(""));
        }
        if (change.webhookEvents().isPresent()) {
            understood.webhookEvents(read.webhookEvents().stream()
                    .map(WebhookEventName::storedName)
                    .sorted()
                    .toList());
        }
        if (change.timeZone().isPresent()) {
            understood.timeZone(read.timeZone().getId());
        }
        if (change.defaultRegion().isPresent()) {
            understood.defaultRegion(read.defaultRegion().map(Region::code).orElse(""));
        }
        if (change.pace().isPresent()) {
            understood.pace(read.pace().map(Duration::toString).orElse(""));
        }
        if (change.webhooksIssuedFrom().isPresent()) {
            understood.webhooksIssuedFrom(
                    read.webhooksIssuedFrom().map(Instant::toString).orElse(""));
        }
        if (change.webhookUrl().isPresent()) {
            understood.webhookUrl(read.webhookUrl().map(URI::toString).orElse(""));
        }
        return understood.build();
    }

    private ConfigUpdate testAndSave(
            OrganizationId organization,
            Stored stored,
            ConfigDraft change,
            UltraMessageConfig intended,
            AuditNote note) {
        UltraMessageTestResult test = run(organization, intended);
        if (!test.finding().provesCredentials()) {
            return new ConfigUpdate.TestFailed(test);
        }
        String finding = test.finding().code();
        ConfigDraft.Builder tested =
                change.toBuilder().lastTest(new LastTest(tools.clock().instant(), finding));
        boolean staysAsPeopleSaid = change.status().isPresent() || intended.status() == InstanceStatus.SUSPENDED;
        if (test.isSuccess() && !staysAsPeopleSaid) {
            tested.status(InstanceStatus.ACTIVE);
        }
        return save(organization, stored, tested.build(), note.finding(finding), test);
    }

    private ConfigUpdate save(
            OrganizationId organization,
            Stored stored,
            ConfigDraft change,
            AuditNote note,
            @Nullable UltraMessageTestResult test) {
        OrganizationStore.Updated updated = theirs.update(organization, change, note);
        return switch (updated.outcome()) {
            case WRITTEN -> written(organization, stored.followedBy(updated.now(), change), test);
            case NO_SUCH_ORGANIZATION -> new ConfigUpdate.NoSuchOrganization();
            case CHANGED_MEANWHILE -> changedMeanwhile(organization);
            case INSTANCE_IN_USE -> new ConfigUpdate.Invalid(List.of(IN_USE));
        };
    }

    private ConfigUpdate written(OrganizationId organization, ConfigView left, @Nullable UltraMessageTestResult test) {
        tools.configs().forget(organization); // this node need not wait for the notice
        KnownConfig now = tools.configs().get(organization);
        if (now instanceof KnownConfig.Usable usable) {
            return new ConfigUpdate.Saved(usable.config(), left, test);
        }
        // Somebody else changed or removed it at the same moment; theirs is what counts.
        return now instanceof KnownConfig.Unusable unusable
                ? new ConfigUpdate.Invalid(unusable.problems())
                : new ConfigUpdate.NoSuchOrganization();
    }

    /** Writes fields that are right in themselves, whatever is wrong with others; tests nothing. */
    UpdateOutcome write(OrganizationId organization, ConfigDraft change) {
        UpdateOutcome outcome =
                theirs.update(organization, change, note(ConfigAction.UPDATED)).outcome();
        tools.configs().forget(organization); // this node need not wait for the notice
        return outcome;
    }

    /** Whatever is wrong with it: nobody is to go on sending because a field cannot be read. */
    @Override
    public boolean suspend(OrganizationId organization) {
        ConfigDraft change =
                ConfigDraft.builder().status(InstanceStatus.SUSPENDED).build();
        return isWritten(
                organization,
                theirs.update(organization, change, note(ConfigAction.SUSPENDED))
                        .outcome());
    }

    @Override
    public List<StandbyView> standbys(OrganizationId organization) {
        return standbys.view(organization);
    }

    @Override
    public StandbyUpdate updateStandbys(
            OrganizationId organization, List<StandbyInstance> replacement, Verification verification) {
        return standbys.update(organization, replacement, verification, note(ConfigAction.STANDBYS_CHANGED));
    }

    /** First of all nothing more is sent; then what is of no use any more goes. */
    @Override
    public boolean delete(OrganizationId organization) {
        boolean exists = isWritten(organization, theirs.clear(organization, note(ConfigAction.DELETED)));
        if (exists) {
            standbys.removeAll(organization, note(ConfigAction.DELETED));
            tools.outbox()
                    .rejectQueued(
                            organization,
                            RejectionReason.NOT_CONFIGURED,
                            "the organization's configuration was deleted");
        }
        return exists;
    }

    private boolean isWritten(OrganizationId organization, UpdateOutcome outcome) {
        tools.configs().forget(organization);
        return outcome == UpdateOutcome.WRITTEN;
    }

    @Override
    public List<AuditEntry> history(OrganizationId organization, long beforeNumber, int most) {
        return theirs.history(organization, beforeNumber, most);
    }

    private static Optional<Stored> read(OrganizationStore store, OrganizationId organization) {
        try {
            return store.find(organization)
                    .map(config ->
                            new Stored(config, config.token().isPresent() ? StoredToken.OPEN : StoredToken.NONE));
        } catch (TokenSealException e) {
            return store.findWithoutToken(organization).map(config -> new Stored(config, StoredToken.UNREADABLE));
        }
    }

    /** What is known of a stored token. */
    private enum StoredToken {
        NONE,
        OPEN,
        UNREADABLE,
        HIDDEN
    }

    /** A configuration as it is stored, whose token may be something else than there or not. */
    private record Stored(ConfigDraft config, StoredToken token) {
        static final Stored NONE = new Stored(NOTHING, StoredToken.NONE);

        @Nullable
        String maskedToken() {
            return token == StoredToken.UNREADABLE
                    ? AccessToken.of("").masked()
                    : config.own().token().map(AccessToken::masked).orElse(null);
        }

        /** How a change, found to be right, has left it: its token is the one that the change names, or stays what it was. */
        ConfigView followedBy(ConfigDraft now, ConfigDraft change) {
            String masked = change.token()
                    .or(() -> config.own().token())
                    .map(AccessToken::masked)
                    .orElse(null);
            return ConfigView.of(now, masked, List.of());
        }

        ConfigValidation check(ConfigValidator validator, ConfigDraft change) {
            ConfigValidation checked = validator.validate(config.with(change));
            return checked instanceof ConfigValidation.Invalid invalid
                            && change.token().isEmpty()
                    ? new ConfigValidation.Invalid(invalid.problems().stream()
                            .flatMap(this::withWhatIsKnownOfTheToken)
                            .toList())
                    : checked;
        }

        private Stream<ConfigProblem> withWhatIsKnownOfTheToken(ConfigProblem problem) {
            if (problem.field() != ConfigField.TOKEN) {
                return Stream.of(problem);
            }
            return switch (token) {
                case NONE, OPEN -> Stream.of(problem);
                case UNREADABLE -> Stream.of(UNREADABLE);
                case HIDDEN -> Stream.empty();
            };
        }

        List<ConfigProblem> problems(ConfigValidator validator, ConfigDraft change) {
            return check(validator, change) instanceof ConfigValidation.Invalid invalid
                    ? invalid.problems()
                    : List.of();
        }
    }
}
