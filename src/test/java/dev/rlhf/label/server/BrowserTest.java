package dev.rlhf.label.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Marks tests that take a {@link Browser}: one for the whole run, reset after each test. They are skipped with a
 * message if the browser or its driver is not installed.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("browser")
@ExtendWith(BrowserTest.Extension.class)
public @interface BrowserTest {
    /** Starts the browser with the first test and quits it after the last. */
    final class Extension implements ExecutionCondition, ParameterResolver, AfterEachCallback {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            String missing = Browser.missing();
            return missing == null
                    ? ConditionEvaluationResult.enabled("there is a browser")
                    : ConditionEvaluationResult.disabled(missing);
        }

        /** Resets the browser after the test's own {@code @AfterEach} methods, so that no page of it is left. */
        @Override
        public void afterEach(ExtensionContext context) {
            browser(context).reset();
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Browser.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return browser(context);
        }

        private static Browser browser(ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(Browser.class, _ -> new Browser(), Browser.class);
        }
    }
}
