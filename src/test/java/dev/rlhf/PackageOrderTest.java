package dev.rlhf;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.Buffer;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Packages depend one way: each uses only those above it in this list (docs/explanation/architecture.md). */
class PackageOrderTest {
    private static final List<String> LOW_TO_HIGH = List.of(
            "base",
            "jinja",
            "text",
            "data",
            "tensor",
            "checkpoint",
            "model",
            "generate",
            "rl",
            "label",
            "refusal",
            "report",
            "stage",
            "inference",
            "train",
            "stages",
            "recipe",
            "cli");

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.rlhf");
    }

    @Test
    void noPackageUsesOneBelowIt() {
        for (int i = 0; i < LOW_TO_HIGH.size(); i++) {
            for (String later : LOW_TO_HIGH.subList(i + 1, LOW_TO_HIGH.size())) {
                none(LOW_TO_HIGH.get(i), "dev.rlhf." + later + "..");
            }
        }
    }

    /** A sub-package counts as a package of its own: {@code label.store} and {@code label.server} are two slices. */
    @Test
    void noCycleAmongPackages() {
        slices().matching("dev.rlhf.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void packagesThatMustNotKnowOthers() {
        for (String other : List.of("tensor", "checkpoint", "model")) {
            none("label", "dev.rlhf." + other + "..");
        }
        none("refusal", "dev.rlhf.label..");
        none("rl", "java.io..");
        none("jinja", "dev.rlhf.text..");
        none("recipe.yaml", "dev.rlhf.recipe.options..");
        none("label.store", "dev.rlhf.label.server..");
        none("label.client", "dev.rlhf.label.server..");
    }

    /** Stages share the code in {@code inference} and {@code train}; these are the only dependencies between them. */
    @Test
    void stagesDoNotKnowEachOther() {
        slices().matching("dev.rlhf.stages.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(resideInAPackage("..stages.eval"), resideInAPackage("..stages.probe"))
                .ignoreDependency(resideInAPackage("..stages.eval"), resideInAPackage("..stages.rank"))
                .ignoreDependency(resideInAPackage("..stages.eval"), resideInAPackage("..stages.reward"))
                .check(classes);
    }

    @Test
    void onlyTensorKnowsTheEngine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.rlhf.tensor..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl.pytorch..")
                .check(classes);
    }

    /**
     * Tensors that DJL makes of arrays and numbers do not own their memory: see {@code ArrayTensors}, which alone may
     * make them. Tests are included: they compare gradients.
     */
    @Test
    void noTensorLiesOverMemoryThatJavaMayFree() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.rlhf.tensor.ArrayTensors")
                .should()
                .callMethodWhere(describe("makes a tensor of Java's memory", PackageOrderTest::borrowsMemory))
                .check(new ClassFileImporter().importPackages("dev.rlhf"));
    }

    private static boolean borrowsMemory(JavaMethodCall call) {
        JavaClass owner = call.getTargetOwner();
        boolean ofArray = owner.isAssignableTo(NDArray.class) || owner.isEquivalentTo(NDArrays.class);
        List<JavaClass> parameters = call.getTarget().getRawParameterTypes();
        String name = call.getName();
        if (owner.isAssignableTo(NDManager.class)) {
            return name.startsWith("create")
                            && parameters.stream().noneMatch(type -> type.isEquivalentTo(DataType.class))
                    || parameters.stream().anyMatch(type -> type.isAssignableTo(Buffer.class));
        }
        return ofArray
                && (name.equals("set") || parameters.stream().anyMatch(type -> type.isEquivalentTo(Number.class)));
    }

    @Test
    void internalsStayInTheirPackage() {
        for (String name : LOW_TO_HIGH) {
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.rlhf." + name + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.rlhf." + name + ".internal..")
                    .allowEmptyShould(true)
                    .check(classes);
        }
    }

    private static void none(String from, String to) {
        noClasses()
                .that()
                .resideInAPackage("dev.rlhf." + from + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(to)
                .allowEmptyShould(true)
                .check(classes);
    }
}
