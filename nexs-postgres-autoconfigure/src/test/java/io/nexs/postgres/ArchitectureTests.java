package io.nexs.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the table of packages and layers: a package imports lower layers only.
 */
class ArchitectureTests {

	private static final String ROOT = "io.nexs.postgres";

	private static final Path CLASSES = Path.of("target", "classes");

	private static final Path SOURCES = Path.of("src", "main", "java");

	/**
	 * Layer of each package. A new package is entered here and in docs/architecture.md.
	 */
	private static final Map<String, Integer> LAYERS = Map.ofEntries(Map.entry("sqlstate", 0), Map.entry("dsn", 0),
			Map.entry("cluster", 1), Map.entry("hook", 1), Map.entry("limits", 1), Map.entry("pool", 2),
			Map.entry("routing", 2), Map.entry("masking", 2), Map.entry("failover", 3), Map.entry("server", 3),
			Map.entry("safety", 3), Map.entry("transaction", 3), Map.entry("tenant", 3), Map.entry("notification", 3),
			Map.entry("copy", 3), Map.entry("retry", 3), Map.entry("error", 3), Map.entry("mapping", 3),
			Map.entry("logging", 3), Map.entry("slowquery", 3), Map.entry("audit", 3), Map.entry("validation", 3),
			Map.entry("health", 4), Map.entry("metrics", 4), Map.entry("endpoint", 4), Map.entry("tracing", 4),
			Map.entry("autoconfigure", 5));

	/**
	 * What a package may import from its own layer.
	 */
	private static final Map<String, Set<String>> SAME_LAYER = Map.of("routing", Set.of("pool"), "safety",
			Set.of("server"));

	/**
	 * Packages of other modules and who may import them.
	 */
	private static final Map<String, Set<String>> OTHER_MODULES = Map.of("embedded", Set.of("autoconfigure"));

	private static final int LAST_LAYER_WITHOUT_BOOT = 3;

	private static final JavaClasses MAIN = new ClassFileImporter().importPath(CLASSES);

	@Test
	void importWhenSourcesExistFindsClasses() throws IOException {
		assertThat(MAIN.isEmpty()).as("no classes in %s", CLASSES).isEqualTo(!hasSources());
	}

	@Test
	void packageWhenNotInTheTableFails() {
		check(classes().should(new ArchCondition<>("be in a package of the table") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				if (!LAYERS.containsKey(packageOf(type))) {
					events.add(SimpleConditionEvent.violated(type, type.getName() + " is in no package of the table"));
				}
			}

		}));
	}

	@Test
	void packageWhenImportingImportsLowerLayersOnly() {
		check(classes().should(new ArchCondition<>("import lower layers only") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				type.getDirectDependenciesFromSelf()
					.stream()
					.filter((dependency) -> !isAllowed(packageOf(type), packageOf(dependency.getTargetClass())))
					.forEach((dependency) -> events
						.add(SimpleConditionEvent.violated(dependency, dependency.getDescription())));
			}

		}));
	}

	@Test
	void packagesWhenTakenTogetherHaveNoCycle() {
		check(SlicesRuleDefinition.slices().matching(ROOT + ".(**)").should().beFreeOfCycles());
	}

	@Test
	void layersBelowHealthWhenImportingDoNotKnowBoot() {
		check(noClasses().that(areInLayer(0, LAST_LAYER_WITHOUT_BOOT))
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.boot.."));
	}

	@Test
	void healthAndActuatorWhenImportedAreKnownToTheirPackagesOnly() {
		check(noClasses().that(areNotIn("health", "endpoint", "autoconfigure"))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot.health..", "org.springframework.boot.actuate.."));
	}

	@Test
	void micrometerWhenImportedIsKnownToMetricsAndTracingOnly() {
		check(noClasses().that(areNotIn("metrics", "tracing", "autoconfigure"))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.micrometer..", "io.prometheus.."));
	}

	@Test
	void tracerAndServletWhenImportedAreKnownToTracingOnly() {
		check(noClasses().that(areNotIn("tracing", "autoconfigure"))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.micrometer.tracing..", "io.micrometer.observation..", "jakarta.servlet.."));
	}

	@Test
	void lowestLayerWhenImportingKnowsTheJdkOnly() {
		check(classes().that(areInLayer(0, 0))
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "javax..", "org.jspecify.annotations..", ROOT + ".."));
	}

	@Test
	void packageWhenDeclaredIsNullMarked() {
		check(classes().should(new ArchCondition<>("be in a @NullMarked package") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				JavaPackage javaPackage = type.getPackage();
				if (!javaPackage.isAnnotatedWith(NullMarked.class)) {
					events.add(SimpleConditionEvent.violated(javaPackage,
							"Package " + javaPackage.getName() + " of " + type.getName() + " is not @NullMarked"));
				}
			}

		}));
	}

	@Test
	void classWhenNamedSaysHowItDiffers() {
		check(classes().should()
			.haveSimpleNameNotEndingWith("Impl")
			.andShould()
			.haveSimpleNameNotEndingWith("Helper")
			.andShould()
			.haveSimpleNameNotEndingWith("Utils"));
		check(noClasses().that().areInterfaces().should().haveNameMatching(".*[.$]I[A-Z][a-z]\\w*"));
	}

	@Test
	void autoConfigurationWhenDeclaredIsFinal() {
		check(classes().that().areAnnotatedWith(AutoConfiguration.class).should().haveModifier(JavaModifier.FINAL));
	}

	private static void check(ArchRule rule) {
		rule.allowEmptyShould(true).check(MAIN);
	}

	private static boolean hasSources() throws IOException {
		if (!Files.isDirectory(SOURCES)) {
			return false;
		}
		try (Stream<Path> files = Files.walk(SOURCES)) {
			return files.anyMatch((file) -> file.toString().endsWith(".java"));
		}
	}

	private static boolean isAllowed(String origin, String target) {
		if (target.isEmpty() || target.equals(origin)) {
			return true;
		}
		if (OTHER_MODULES.containsKey(target)) {
			return OTHER_MODULES.get(target).contains(origin);
		}
		if (!LAYERS.containsKey(origin) || !LAYERS.containsKey(target)) {
			return false;
		}
		return LAYERS.get(target) < LAYERS.get(origin) || SAME_LAYER.getOrDefault(origin, Set.of()).contains(target);
	}

	/**
	 * Return the first part of the package name below the root, the root itself for a
	 * class in it, an empty string for a class of somebody else.
	 */
	private static String packageOf(JavaClass type) {
		String name = type.getBaseComponentType().getPackageName();
		if (name.equals(ROOT)) {
			return ROOT;
		}
		return (name.startsWith(ROOT + ".")) ? name.substring(ROOT.length() + 1).split("\\.")[0] : "";
	}

	private static DescribedPredicate<JavaClass> areInLayer(int lowest, int highest) {
		return DescribedPredicate.describe("are in layer " + lowest + " to " + highest, (type) -> {
			Integer layer = LAYERS.get(packageOf(type));
			return layer != null && layer >= lowest && layer <= highest;
		});
	}

	private static DescribedPredicate<JavaClass> areNotIn(String... packages) {
		Set<String> names = Set.of(packages);
		return DescribedPredicate.describe("are not in " + names, (type) -> !names.contains(packageOf(type)));
	}

}
