package io.smartqueue.app;

import io.smartqueue.app.demo.Instances;
import io.smartqueue.app.demo.PhonePage;
import io.smartqueue.app.demo.StubPage;
import io.smartqueue.app.notification.InboundWebhook;
import io.smartqueue.app.web.Passwords;
import io.smartqueue.app.web.SignInPage.DemoMember;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.TemplateName;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/** All that Smart Queue needs, on this machine: a PostgreSQL, a stub of UltraMsg, two organizations, and people. */
final class Demo implements AutoCloseable {
    /** Everybody's. */
    static final String PASSWORD = "smart-queue";

    static final List<DemoMember> MEMBERS = List.of(
            new DemoMember("anna", "admin of the bakery"),
            new DemoMember("ben", "manager of the bakery"),
            new DemoMember("cleo", "employee of the bakery"),
            new DemoMember("dora", "admin of the clinic, which is not set up yet"));

    /** Ids that stay, for links in documentation. */
    static final OrganizationId BAKERY = OrganizationId.of(UUID.fromString("00000000-0000-4000-8000-00000000000a"));

    static final OrganizationId CLINIC = OrganizationId.of(UUID.fromString("00000000-0000-4000-8000-00000000000c"));

    private static final long LOOK_EVERY_MILLIS = 500;

    private final ScheduledExecutorService time =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "demo-time"));
    private final EmbeddedPostgres postgres;
    private final UltraMsgServer ultraMsg;
    private final Instances instances;
    private final Settings settings;
    private final Node node;

    private Demo(
            EmbeddedPostgres postgres, UltraMsgServer ultraMsg, Instances instances, Settings settings, Node node) {
        this.postgres = postgres;
        this.ultraMsg = ultraMsg;
        this.instances = instances;
        this.settings = settings;
        this.node = node;
        time.scheduleWithFixedDelay(instances::look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Starts it all, and says where it is and whom to sign in as.
     *
     * @param environment {@code PORT}, else 8080
     */
    static Demo start(Map<String, String> environment) throws IOException {
        EmbeddedPostgres postgres = EmbeddedPostgres.start();
        UltraMsgServer ultraMsg = UltraMsgServer.start();
        Instances instances = instances(ultraMsg);
        Settings settings = settings(environment, postgres);
        Node node = Node.start(
                settings,
                new Node.Extras(
                        MEMBERS, guard -> List.of(new StubPage(instances, guard), new PhonePage(instances, guard))));
        addPeople(Jdbi.create(postgres.getPostgresDatabase()));
        configure(node.whatsApp(), ultraMsg);
        node.whatsApp().webhooks().install(BAKERY, node.url().resolve(InboundWebhook.PATH));
        Demo demo = new Demo(postgres, ultraMsg, instances, settings, node);
        demo.words().forEach(System.out::println);
        return demo;
    }

    /** The bakery's, the clinic's, and one for an organization that is yet to be added. */
    private static Instances instances(UltraMsgServer ultraMsg) {
        Instances instances = new Instances();
        instances.add(ultraMsg.addInstance("1150", "bakery-t0ken"), "bakery-t0ken", "+4930901820", "Sunrise Bakery");
        instances.add(ultraMsg.addInstance("2260", "clinic-t0ken"), "clinic-t0ken", "+33142685300", "Harbour Clinic");
        instances.addUnscanned(
                ultraMsg.addInstance("3370", "spare-t0ken"), "spare-t0ken", "+442079460018", "Spare instance");
        return instances;
    }

    private static Settings settings(Map<String, String> environment, EmbeddedPostgres postgres) {
        return new Settings(
                "127.0.0.1",
                Settings.port(environment),
                postgres.getJdbcUrl("postgres", "postgres"),
                null,
                null,
                "demo:" + newKey(),
                "demo:" + newKey(),
                null,
                Settings.UltraMsg.STUB,
                Settings.sending(environment),
                Settings.conversations(environment),
                Settings.pace(environment, "PT0.2S")); // faster than UltraMsg: it is a stub
    }

    private static String newKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    static void addPeople(Jdbi database) {
        String password = Passwords.known().stored(PASSWORD);
        database.useTransaction(handle -> {
            for (DemoMember member : MEMBERS) {
                handle.execute(
                        "INSERT INTO accounts (member_id, name, password) VALUES (?, initcap(?), ?)",
                        member.name(),
                        member.name(),
                        password);
            }
            addOrganization(handle, BAKERY, "Sunrise Bakery", "Counter", "Cakes");
            addOrganization(handle, CLINIC, "Harbour Clinic", "Reception", "Laboratory");
            addMember(handle, BAKERY, "anna", "admin");
            addMember(handle, BAKERY, "ben", "manager");
            addMember(handle, BAKERY, "cleo", "employee");
            addMember(handle, CLINIC, "dora", "admin");
        });
    }

    private static void addOrganization(
            Handle handle, OrganizationId id, String name, String firstDepartment, String secondDepartment) {
        UUID key = UUID.fromString(id.value());
        handle.execute("INSERT INTO organizations (id, name) VALUES (?, ?)", key, name);
        handle.execute(
                "INSERT INTO departments (organization_id, name, prefix) VALUES (?, ?, 'A'), (?, ?, 'B')",
                key,
                firstDepartment,
                key,
                secondDepartment);
    }

    private static void addMember(Handle handle, OrganizationId organization, String member, String role) {
        handle.execute(
                "INSERT INTO organization_members (organization_id, member_id, role) VALUES (?, ?, ?)",
                UUID.fromString(organization.value()),
                member,
                role);
    }

    private static void configure(UltraMessageInstanceManager whatsApp, UltraMsgServer ultraMsg) {
        Actor.Operator operator = Actor.operator("demo");
        ConfigDraft starter = ConfigDraft.builder()
                .baseUrl(ultraMsg.baseUrl().toString())
                .dailyLimit(500)
                .timeZone("Europe/Berlin")
                .build();
        whatsApp.templates(operator).save(TemplateName.of("starter"), starter);
        ConfigUpdate update = whatsApp.administration(operator)
                .update(
                        BAKERY,
                        starter.with(ConfigDraft.builder()
                                .instanceId("1150")
                                .token("bakery-t0ken")
                                .businessNumber("+4930901820")
                                .build()));
        if (!update.isSaved()) {
            throw new IllegalStateException("the bakery was not set up: " + update);
        }
    }

    /** Where it all is, and whom to sign in as. */
    List<String> words() {
        Stream<String> people = MEMBERS.stream()
                .map(member -> "  sign in as " + member.name() + " with password " + PASSWORD + ": " + member.what());
        Stream<String> stub = Stream.of(
                "UltraMsg is a stub, at " + ultraMsg.baseUrl()
                        + ". The clinic's instance is 2260, its token clinic-t0ken.",
                "  make it misbehave, or scan a QR code: " + node.url() + "/demo",
                "  be a customer: " + node.url() + "/demo/phone?to=4930901820",
                "Ctrl-C ends it all.");
        return Stream.of(Stream.of("", "Smart Queue is at " + node.url()), people, stub)
                .flatMap(Function.identity())
                .toList();
    }

    Node node() {
        return node;
    }

    UltraMsgServer ultraMsg() {
        return ultraMsg;
    }

    /** What the pages of the stub and of the phone show. */
    Instances instances() {
        return instances;
    }

    /** For further nodes beside this one. */
    Settings settings() {
        return settings;
    }

    @Override
    public void close() throws IOException {
        time.shutdownNow();
        node.close();
        ultraMsg.close();
        postgres.close();
    }
}
