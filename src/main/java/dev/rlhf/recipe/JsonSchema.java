package dev.rlhf.recipe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.recipe.options.OptionSpec;
import dev.rlhf.recipe.options.OptionType;
import dev.rlhf.recipe.options.OptionsModel;
import java.util.List;

/**
 * Writes the JSON Schema (draft 7) of recipes, with which editors complete and check them. It requires no option: in a
 * pipeline an option may be given beside {@code stages:}, and any option may be typed after the command.
 */
public final class JsonSchema {
    private JsonSchema() {}

    /** Returns one schema for single stages and pipelines. */
    public static String of(StageCatalog catalog) {
        ObjectNode schema = Json.mapper().createObjectNode();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", "rlhf recipe");
        schema.put("type", "object");
        schema.putObject("if").putArray("required").add("stages");
        schema.putObject("then").put("$ref", "#/definitions/pipeline");
        schema.putObject("else").put("$ref", "#/definitions/stage");
        ObjectNode definitions = schema.putObject("definitions");
        stage(catalog, definitions.putObject("stage"));
        pipeline(catalog, definitions.putObject("pipeline"));
        for (StageCatalog.Entry<?> entry : catalog.entries()) {
            options(entry, definitions.putObject("stage_" + entry.name()));
        }
        return schema.toPrettyString() + "\n";
    }

    /** Selects a stage's options by the value of its key {@code stage:}. */
    private static void stage(StageCatalog catalog, ObjectNode stage) {
        stage.put("type", "object");
        stage.putArray("required").add("stage");
        strings(stage.putObject("properties").putObject("stage"), catalog.names());
        ArrayNode all = stage.putArray("allOf");
        for (String name : catalog.names()) {
            ObjectNode rule = all.addObject();
            rule.putObject("if").putObject("properties").putObject("stage").put("const", name);
            rule.putObject("then").put("$ref", "#/definitions/stage_" + name);
        }
    }

    private static void pipeline(StageCatalog catalog, ObjectNode pipeline) {
        pipeline.put("type", "object");
        ObjectNode properties = pipeline.putObject("properties");
        ObjectNode stages = properties.putObject("stages");
        stages.put("type", "array").put("minItems", 1);
        stages.putObject("items").put("$ref", "#/definitions/stage");
        properties.putObject("versions").put("type", "object");
        for (StageCatalog.Entry<?> entry : catalog.entries()) {
            for (OptionSpec option : entry.model().options()) {
                if (!properties.has(option.name())) {
                    properties
                            .putObject(option.name())
                            .put("$ref", "#/definitions/stage_" + entry.name() + "/properties/" + option.name());
                }
            }
        }
        pipeline.put("additionalProperties", false);
    }

    private static void options(StageCatalog.Entry<?> entry, ObjectNode node) {
        node.put("description", entry.summary());
        ObjectNode properties = group(entry.model(), node);
        properties.putObject("stage").put("const", entry.name());
        properties.putObject("name").put("type", "string").put("description", "name of this stage in a pipeline");
        ObjectNode expect = properties.putObject("expect");
        expect.put("type", "object").put("description", "metric: bound, such as " + Bound.FORMS);
        expect.putObject("additionalProperties").put("type", "string");
        properties.putObject("versions").put("type", "object");
    }

    private static ObjectNode group(OptionsModel<?> model, ObjectNode node) {
        node.put("type", "object");
        ObjectNode properties = node.putObject("properties");
        for (OptionSpec option : model.options()) {
            ObjectNode property = properties.putObject(option.name());
            type(option, option.type(), property);
            property.put("description", description(option));
        }
        node.put("additionalProperties", false);
        return properties;
    }

    private static String description(OptionSpec option) {
        if (option.required()) {
            return option.help() + " (required)";
        }
        return option.help() + (option.defaultText().isEmpty() ? "" : " (default " + option.defaultText() + ")");
    }

    private static void type(OptionSpec option, OptionType type, ObjectNode node) {
        switch (type) {
            case OptionType.Simple simple -> simple(option, simple, node);
            case OptionType.Choice choice -> strings(node, choice.names());
            case OptionType.AnyMap any -> node.put("type", "object");
            case OptionType.Group(var model) -> group(model, node);
            case OptionType.ListOf(var element) -> list(option, element, node);
        }
    }

    /** Allows a single value in place of a list of one. */
    private static void list(OptionSpec option, OptionType element, ObjectNode node) {
        if (element instanceof OptionType.Group) {
            type(option, element, node.put("type", "array").putObject("items"));
            return;
        }
        ArrayNode either = node.putArray("anyOf");
        type(option, element, either.addObject());
        type(option, element, either.addObject().put("type", "array").putObject("items"));
    }

    private static void simple(OptionSpec option, OptionType.Simple type, ObjectNode node) {
        switch (type) {
            case INT, LONG -> nullable(node, option, "integer");
            case DOUBLE -> nullable(node, option, "number");
            case BOOLEAN -> nullable(node, option, "boolean");
            case PATH -> nullable(node, option, "string");
            case STRING -> {
                if (option.constraints().choices().length > 0) {
                    strings(node, List.of(option.constraints().choices()));
                } else {
                    // Text may look like a number: "name: 7b" and "name: 7" are both valid.
                    ArrayNode types =
                            node.putArray("type").add("string").add("number").add("boolean");
                    if (option.nullable()) {
                        types.add("null");
                    }
                }
            }
        }
        if (type == OptionType.Simple.INT || type == OptionType.Simple.LONG || type == OptionType.Simple.DOUBLE) {
            bound(node, option.constraints().min(), option.constraints().open() ? "exclusiveMinimum" : "minimum");
            bound(node, option.constraints().max(), option.constraints().openMax() ? "exclusiveMaximum" : "maximum");
        }
    }

    private static void bound(ObjectNode node, double value, String key) {
        if (Double.isFinite(value)) {
            node.put(key, value);
        }
    }

    private static void nullable(ObjectNode node, OptionSpec option, String type) {
        if (option.nullable()) {
            node.putArray("type").add(type).add("null");
        } else {
            node.put("type", type);
        }
    }

    private static void strings(ObjectNode node, List<String> choices) {
        choices.forEach(node.putArray("enum")::add);
    }
}
