package io.smartqueue.ultramsg;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.smartqueue.ultramsg.error.UltraMessageException;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/** The floors of the house: who may use whom, and what may show outside. */
class ArchitectureTest {
    private static final String ROOT = "io.smartqueue.ultramsg";

    /** A package uses packages of lower floors only; not its neighbours on the same floor either. */
    private static final Map<String, Integer> FLOORS = Map.ofEntries(
            Map.entry(".error", 0),
            Map.entry(".internal.time", 0),
            Map.entry(".internal.thread", 0),
            Map.entry(".organization", 1),
            Map.entry(".access", 2),
            Map.entry(".quota", 2),
            Map.entry(".message", 3),
            Map.entry(".api", 4),
            Map.entry(".conversation", 4),
            Map.entry(".failover", 4),
            Map.entry(".outbox", 4),
            Map.entry(".usage", 4),
            Map.entry(".connection", 5),
            Map.entry(".link", 5),
            Map.entry(".internal.config", 5),
            Map.entry(".admin", 6),
            Map.entry(".webhook", 6),
            Map.entry(".health", 6),
            Map.entry(".event", 7),
            Map.entry(".internal.event", 8),
            Map.entry(".internal.usage", 8),
            Map.entry(".internal.delivery", 9),
            Map.entry(".internal.admin", 9),
            Map.entry(".internal.health", 9),
            Map.entry(".internal.outbox", 10),
            Map.entry(".internal.webhook", 10),
            Map.entry("", 11));

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static final DescribedPredicate<JavaClass> API = DescribedPredicate.describe(
            "are API",
            type -> isVisible(type)
                    && !isInternal(type)
                    && type.getEnclosingClass().map(ArchitectureTest::isVisible).orElse(true));

    private static boolean isVisible(HasModifiers member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static boolean isInternal(JavaClass type) {
        return type.getPackageName().contains(".internal");
    }

    private static Set<JavaPackage> packages() {
        return MAIN.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
    }

    @Test
    void coversEveryPackageAndMainClassesOnly() {
        assertThat(packages())
                .extracting(each -> each.getName().substring(ROOT.length()))
                .containsExactlyInAnyOrderElementsOf(FLOORS.keySet());
        assertThat(MAIN.contain(ArchitectureTest.class)).isFalse();
    }

    @Test
    void everyPackageUsesLowerFloorsOnly() {
        FLOORS.forEach((name, floor) -> {
            String[] notBelow = FLOORS.entrySet().stream()
                    .filter(other ->
                            other.getValue() >= floor && !other.getKey().equals(name))
                    .map(other -> ROOT + other.getKey())
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + name)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(notBelow)
                    .check(MAIN);
        });
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void coreKnowsNoDatabase() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..")
                .check(MAIN);
    }

    @Test
    void onlyKnownLibrariesAreUsed() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + "..",
                        "java..",
                        "javax.crypto..",
                        "javax.imageio..",
                        "javax.net.ssl..",
                        "org.jspecify.annotations..",
                        "org.slf4j..",
                        "com.fasterxml.jackson..",
                        "com.github.benmanes.caffeine..",
                        "io.github.resilience4j..",
                        "org.HdrHistogram..",
                        "com.google.i18n.phonenumbers..",
                        "io.nayuki.qrcodegen..")
                .check(MAIN);
    }

    @Test
    void librariesStayWhereTheyAreNeeded() {
        assertUsedOnlyBy("com.fasterxml.jackson..", ".api", ".outbox");
        assertUsedOnlyBy("com.google.i18n.phonenumbers..", ".organization");
        assertUsedOnlyBy("io.github.resilience4j..", ".internal.delivery");
        assertUsedOnlyBy("io.nayuki.qrcodegen..", ".link");
        assertUsedOnlyBy("java.awt..", ".link");
        assertUsedOnlyBy("org.HdrHistogram..", ".usage", ".internal.usage");
    }

    private static void assertUsedOnlyBy(String library, String... packageNames) {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        Stream.of(packageNames).map(ROOT::concat).toArray(String[]::new))
                .should(dependOnClassesThat(JavaClass.Predicates.resideInAPackage(library)))
                .check(MAIN);
    }

    @Test
    void signaturesOfTheApiNameNeitherInternalsNorLibraries() {
        classes()
                .that(API)
                .should(showOnly(List.of("java.", "javax.net.ssl.", ROOT)))
                .check(MAIN);
    }

    /** Checks every type, type arguments included, that public and protected members and super types name. */
    private static ArchCondition<JavaClass> showOnly(List<String> allowed) {
        return new ArchCondition<>("show types of " + allowed + " only, and none that is internal") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                shownBy(type)
                        .map(JavaClass::getBaseComponentType)
                        .filter(shown -> !shown.isPrimitive())
                        .filter(shown -> isInternal(shown) || allowed.stream().noneMatch(shown.getName()::startsWith))
                        .forEach(shown -> events.add(
                                SimpleConditionEvent.violated(type, type.getName() + " shows " + shown.getName())));
            }
        };
    }

    private static Stream<JavaClass> shownBy(JavaClass type) {
        Stream<JavaClass> supers = Stream.concat(
                type.getSuperclass().stream().flatMap(each -> each.getAllInvolvedRawTypes().stream()),
                type.getInterfaces().stream().flatMap(each -> each.getAllInvolvedRawTypes().stream()));
        Stream<JavaClass> members = Stream.concat(
                type.getFields().stream()
                        .filter(ArchitectureTest::isVisible)
                        .flatMap(field -> field.getAllInvolvedRawTypes().stream()),
                type.getCodeUnits().stream()
                        .filter(ArchitectureTest::isVisible)
                        .filter(unit -> !(unit instanceof JavaMethod method
                                && method.getModifiers().contains(JavaModifier.SYNTHETIC)))
                        .flatMap(unit -> unit.getAllInvolvedRawTypes().stream()));
        return Stream.concat(supers, members);
    }

    @Test
    void onlyTheManagerUsesInternalsAndEverybodyTime() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, ROOT + ".internal..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".internal.config",
                        ROOT + ".internal.delivery",
                        ROOT + ".internal.event",
                        ROOT + ".internal.admin",
                        ROOT + ".internal.health",
                        ROOT + ".internal.webhook",
                        ROOT + ".internal.usage")
                .check(MAIN);
    }

    @Test
    void nobodyCanExtendWhatIsNotMeantForIt() {
        classes()
                .that()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .should(new ArchCondition<>("be final, or an abstract exception") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        boolean root = type.getModifiers().contains(ABSTRACT)
                                && type.isAssignableTo(UltraMessageException.class);
                        boolean isFinal = type.getModifiers().contains(FINAL);
                        events.add(
                                new SimpleConditionEvent(type, isFinal || root, type.getName() + " can be extended"));
                    }
                })
                .check(MAIN);
    }

    @Test
    void everyPackageSaysThatNothingIsNullUnlessMarked() {
        assertThat(packages())
                .allSatisfy(each -> assertThat(each.isAnnotatedWith(NullMarked.class))
                        .as(each.getName())
                        .isTrue());
    }

    @Test
    void publicExceptionsComeFromOneRoot() {
        classes()
                .that()
                .arePublic()
                .and()
                .areAssignableTo(Throwable.class)
                .should()
                .beAssignableTo(UltraMessageException.class)
                .check(MAIN);
    }

    @Test
    void nothingIsWrittenToTheConsole() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(MAIN);
    }
}
