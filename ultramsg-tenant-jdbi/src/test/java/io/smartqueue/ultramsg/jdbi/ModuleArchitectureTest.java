package io.smartqueue.ultramsg.jdbi;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

@AnalyzeClasses(packages = "io.smartqueue.ultramsg.jdbi", importOptions = DoNotIncludeTests.class)
class ModuleArchitectureTest {
    @ArchTest
    static final ArchRule KNOWS_NO_TESTKIT = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.smartqueue.ultramsg.testkit..", "org.junit..", "com.github.tomakehurst..");

    @ArchTest
    static final ArchRule USES_NOTHING_INTERNAL_TO_CORE =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.smartqueue.ultramsg.internal..");

    @ArchTest
    static final ArchRule HAS_ONE_DOOR_AND_ITS_CONFIG = classes()
            .that()
            .arePublic()
            .and()
            .areTopLevelClasses()
            .should()
            .haveNameMatching(".*\\.(PostgresTenantStore|HostTable|JdbcSettings|MigrationReport|ResealReport)");

    /** Whoever could run a statement by itself could forget the tenant. */
    @ArchTest
    static final ArchRule ONLY_THE_TENANT_SCOPE_RUNS_STATEMENTS_ON_JDBI = noClasses()
            .that()
            .doNotHaveSimpleName("TenantScope")
            .and()
            .doNotHaveSimpleName("PostgresTenantStore")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("org\\.jdbi\\.v3\\.core\\.(Jdbi|Handle)");
}
