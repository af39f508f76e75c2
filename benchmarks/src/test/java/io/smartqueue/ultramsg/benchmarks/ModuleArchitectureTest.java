package io.smartqueue.ultramsg.benchmarks;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

@AnalyzeClasses(packages = "io.smartqueue.ultramsg.benchmarks", importOptions = DoNotIncludeTests.class)
class ModuleArchitectureTest {
    /** What is measured is what a host can call. */
    @ArchTest
    static final ArchRule USES_NOTHING_INTERNAL_TO_CORE =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.smartqueue.ultramsg.internal..");
}
