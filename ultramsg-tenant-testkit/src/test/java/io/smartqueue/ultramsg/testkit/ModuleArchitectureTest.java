package io.smartqueue.ultramsg.testkit;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

@AnalyzeClasses(packages = "io.smartqueue.ultramsg.testkit", importOptions = DoNotIncludeTests.class)
class ModuleArchitectureTest {
    private static final String ATTACK = "io.smartqueue.ultramsg.testkit.attack";

    @ArchTest
    static final ArchRule KNOWS_NO_DATABASE = noClasses()
            .that()
            .resideOutsideOfPackage(ATTACK)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.smartqueue.ultramsg.jdbi..", "java.sql..", "javax.sql..", "org.postgresql..", ATTACK);

    /** Whoever has another schema has another library for it, too. */
    @ArchTest
    static final ArchRule ATTACKS_BY_PLAIN_JDBC = classes()
            .that()
            .resideInAPackage(ATTACK)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(ATTACK, "java..", "javax.sql..", "org.jspecify..");

    @ArchTest
    static final ArchRule USES_NOTHING_INTERNAL_TO_CORE =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.smartqueue.ultramsg.internal..");

    @ArchTest
    static final ArchRule SHOWS_FEW_TYPES = classes()
            .that()
            .arePublic()
            .and()
            .areTopLevelClasses()
            .should()
            .haveNameMatching(".*\\.(UltraMsg(Server|ServerMain|Extension|Assertions)|Stub(Instance(Assert)?|Number)"
                    + "|(Expected|Inbound|Received)Message|SettableClock|InMemoryTenantStore|(Organization|Quota|Standby|Health|Template|Webhook|Conversation|Usage)StoreContract"
                    + "|(MessageLog|OutboxStore|LaneScheduler|Memberships)Contract"
                    + "|attack\\.(RlsAttack|RlsReport|TenantEntry|RestrictedMember|HostSnapshot))");

    @ArchTest
    static final ArchRule WIREMOCK_STAYS_IN_THE_TRANSPORT = noClasses()
            .that()
            .haveSimpleNameNotStartingWith("WireMock")
            .and()
            .doNotHaveSimpleName("StubCertificate")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.github.tomakehurst..", "wiremock..");
}
