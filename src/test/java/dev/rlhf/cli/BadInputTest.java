package dev.rlhf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TinyModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes in recipes and in files, each with its one-line message; exit code 2 and no stack trace. */
class BadInputTest {
    private static final String LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
    private static final String STAGES = "pretrain, sft, ";

    @TempDir
    Path folder;

    private String valid;

    @BeforeEach
    void make() throws IOException {
        Files.createDirectories(folder.resolve("base"));
        Files.createDirectories(folder.resolve("empty"));
        file("base/config.json", "{}");
        file("rows.jsonl", "{\"prompt\": \"a\", \"response\": \"b\"}\n");
        valid = "stage: sft\nmodel_name_or_path: DIR/base\ndataset: DIR/rows.jsonl\noutput_dir: DIR/out\n"
                .replace("DIR", folder.toString());
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** Returns the exit code and the text on stderr, with DIR for the folder. */
    private String run(String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        Program.Environment environment = new Program.Environment(
                nowhere,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of(),
                () -> TestContext.printingTo(nowhere));
        int code = new Program(Stages.catalog(), environment)
                .run(Arrays.stream(args)
                        .map(arg -> arg.replace("DIR", folder.toString()))
                        .toArray(String[]::new));
        return code + " "
                + err.toString(StandardCharsets.UTF_8)
                        .replace(folder.toString(), "DIR")
                        .strip();
    }

    @Test
    void recipes() throws IOException {
        String pipeline = "stages:\n  - stage: sft\n    model_name_or_path: %1$s/base\n    dataset: %1$s/rows.jsonl\n"
                .formatted(folder);
        String[][] table = {
            {valid + "learning_rate: [1, 2]", ":5: learning_rate: must be a number, not a list"},
            {valid + "learning_rate: {a: 1}", ":5: learning_rate: must be a number, not a group of keys"},
            {valid + "learning_rate: .nan", ":5: learning_rate: must be a number, not .nan"},
            {valid + "learning_rate: NaN", ":5: learning_rate: must be a number, not NaN"},
            {valid + "learning_rate: Infinity", ":5: learning_rate: must be a number, not Infinity"},
            {valid + "learning_rate: 1e999", ":5: learning_rate: 1e999 is too large"},
            {valid + "learning_rate: -1", ":5: learning_rate: -1 is out of bounds; must be > 0"},
            {valid + "seed: 99999999999999999999", ":5: seed: 99999999999999999999 is too large"},
            {valid + "seed: 1.5", ":5: seed: must be a whole number, not 1.5"},
            {valid + "packing: yes", ":5: packing: must be true or false, not yes"},
            {valid + "datasets: x", ":5: datasets: must be a list, not x"},
            {valid + "datasets: [{path: a, wieght: 1}]", ":5: datasets[0].wieght: unknown option; did you mean weight?"
            },
            {valid + "seed: 1\nseed: 2", ":6: seed: given twice, first on line 5"},
            {valid + "\tseed: 1", ":5: not valid YAML: found character '\\t(TAB)' that cannot start any token."},
            {valid.replace("\n", "\r\n") + "seed: x\r\n", ":5: seed: must be a whole number, not x"},
            {valid + "seed: !!int 1\nx: !!java.net.URL [a]", "not valid YAML"},
            {valid + "---\na: 1", ":5: not valid YAML: expected a single document in the stream, but found another"},
            {valid + "seed: \u0001", ":5: not valid YAML: holds the control character U+0001"},
            {valid + "expect: [1]", ":5: expect: must be \"metric: bound\" lines, not a list"},
            {valid + "expect: {eval_loss: low}", ":5: expect.eval_loss: \"low\" is not a bound; write \"<= 0.9\","},
            {"", ":1: a recipe is a list of \"option: value\" lines, this is empty"},
            {"[{\"stage\": \"sft\"}]", ":1: a recipe is a list of \"option: value\" lines, this is a list"},
            {"hello", ":1: a recipe is a list of \"option: value\" lines, this is hello"},
            {"seed: 1", ": says neither \"stage: …\" nor \"stages: …\""},
            {"stage: sfft", ":1: stage: \"sfft\" is not a stage; did you mean sft?"},
            {"stage: [sft]", ":1: stage: must be one of " + STAGES},
            {"stage:", ":1: stage: must be one of " + STAGES},
            {"stages: sft", ":1: stages: must be a list of stages, each beginning with \"- stage: …\""},
            {"stages: []", ":1: stages: must be a list of stages"},
            {"stages: [sft]", ":1: stages: must begin with \"- stage: …\", not with sft"},
            {"output_dir: [a]\n" + pipeline, ":1: output_dir: must be a path, not a list"},
            {"output_dir: \"a\\0\"\n" + pipeline, ":1: output_dir: cannot be a path: Nul character not allowed"},
            {pipeline + "    name: [a]", ":2: name: must be a word of letters, digits, _ and -, not a list"},
            {"output_dir:\n" + pipeline, ":1: output_dir: has no value; give the path of a folder, or leave it out"},
            {
                ("output_dir: DIR/p\nstages:\n  - stage: sft\n    model_name_or_path: DIR/p/base/model\n"
                                + "    dataset: DIR/rows.jsonl\n  - stage: pretrain\n    name: base\n"
                                + "    model_name_or_path: DIR/base\n    dataset: DIR/rows.jsonl\n")
                        .replace("DIR", folder.toString()),
                ":4: model_name_or_path: DIR/p/base/model does not exist; stage base, which makes it, comes later: move"
            },
            {
                pipeline.replace("/base", "/empty"),
                ":3: model_name_or_path: DIR/empty is not a checkpoint folder: no conf"
            },
            {
                valid + "lr_scheduler_kwargs: {min_lr: 1}",
                ":5: lr_scheduler_kwargs: min_lr: linear takes none; set lr_sch"
            },
            {
                valid + "lr_scheduler_type: cosine\nlr_scheduler_kwargs: {num_cycles: }",
                ":6: lr_scheduler_kwargs: num_cycles: null is not a number of at least 0"
            },
            {
                valid + "lr_scheduler_type: inverse_sqrt\nlr_scheduler_kwargs: {timescale: 0}",
                ":6: lr_scheduler_kwargs: timescale: 0 is out of bounds; must be > 0"
            },
            {
                "stage: pretrain\ndataset: DIR/rows.jsonl\noutput_dir: DIR/out\n".replace("DIR", folder.toString())
                        + "config: {model_type: gpt2, n_embd: 32,\n  n_layr: 2, n_layer: 2, n_head: 2, n_positions: 8}",
                ":4: config: not known for model_type gpt2: n_layr (did you mean n_layer?)"
            },
            {valid + "adam_beta1: 1", ":5: adam_beta1: 1 is out of bounds; must be >= 0 and < 1"},
            {valid + "adam_epsilon: 0", ":5: adam_epsilon: 0 is out of bounds; must be > 0"},
            {valid + "device: gpu", ":5: device: gpu is not one of auto, cpu, cuda, cuda:N"},
            {
                valid + "lora_target_modules: (q|v",
                ":5: lora_target_modules: (q|v is not a regular expression: Unclosed group"
            },
            {
                valid + "gradient_accumulation_steps: 500000000",
                ":5: gradient_accumulation_steps: 500000000 passes of 8 rows are too many for one step"
            },
            {pipeline + "    output_dir: runs/recipe", ": output_dir: the recipe and stage sft have the same"},
            {LFS, ": is a Git LFS pointer, not the file itself; run `git lfs pull`"},
        };
        SoftAssertions all = new SoftAssertions();
        for (String[] line : table) {
            file("recipe.yaml", line[0]);
            all.assertThat(run("run", "DIR/recipe.yaml"))
                    .as(line[0])
                    .startsWith("2 rlhf: DIR/recipe.yaml" + (line[1].startsWith(":") ? line[1] : ""))
                    .contains(line[1])
                    .doesNotContain("\n", "Exception", "REDACTED");
        }
        all.assertAll();
    }

    @Test
    void typed() throws IOException {
        Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        file("ok.yaml", valid);
        file(
                "pipeline.yaml",
                "stages:\n  - {stage: sft, model_name_or_path: DIR/base, dataset: DIR/rows.jsonl}\n"
                        .replace("DIR", folder.toString()));
        Files.createDirectories(folder.resolve("run/model"));
        file("run/model/config.json", "{}");
        file("x.parquet", "PAR1\u0015\u0004");
        file("a.jsonl", "{\"question\": \"Q?\", \"answers\": [\"a\"], \"completion\": \"a\"}\n");
        file("q.jsonl", "{\"question\": \"Q?\", \"answers\": [\"a\"]}\n");
        String[] sft = {"sft", "--model_name_or_path", "DIR/base", "--dataset", "DIR/rows.jsonl"};
        Object[][] table = {
            {"--: ", new String[] {"sft", "--", "x"}, "\"--\" is not an option; write --option value"},
            {"--=", new String[] {"sft", "--=x"}, "\"--=x\" is not an option; write --option value"},
            {"-", new String[] {"sft", "-"}, "-: options begin with two dashes, as in --seed 2"},
            {"-seed", new String[] {"sft", "-seed", "1"}, "-seed: options begin with two dashes"},
            {"no value", new String[] {"sft", "--dataset"}, "--dataset: needs a value"},
            {"next is an option", new String[] {"sft", "--dataset", "--seed", "1"}, "--dataset: needs a value"},
            {"twice", new String[] {"sft", "--seed", "1", "--seed=2"}, "--seed: given twice"},
            {"stray", with(sft, "stray"), "stray: unexpected; options are typed as --option value"},
            {"group", with(sft, "--datasets", "[{path", "--output_dir", "DIR/o"), "--datasets: not valid YAML"},
            {"dotted", with(sft, "--seed.x", "1", "--output_dir", "DIR/o"), "--seed.x: seed: must be a whole number"},
            {"minus", with(sft, "--max_steps", "−1", "--output_dir", "DIR/o"), "--max_steps: must be a whole number"},
            {"empty", with(sft, "--output_dir", ""), "--output_dir: has no value; give one (path)"},
            {"file", with(sft, "--output_dir", "DIR/rows.jsonl"), "output_dir: DIR/rows.jsonl is a file; give the path"
            },
            {
                "below",
                with(sft, "--output_dir", "DIR/rows.jsonl/x"),
                "output_dir: DIR/rows.jsonl/x cannot be created: DIR/rows"
            },
            {
                "empty model",
                new String[] {"chat", "--model_name_or_path", "DIR/empty"},
                "--model_name_or_path: DIR/empty is not a checkpoint folder: no config.json in it; is it a Hugging Face"
            },
            {
                "folder of a run",
                new String[] {"chat", "--model_name_or_path", "DIR/run"},
                "--model_name_or_path: DIR/run is not a checkpoint folder: no config.json in it; did you mean DIR/run/"
            },
            {
                "blank folder",
                new String[] {"run", "DIR/pipeline.yaml", "--output_dir", ""},
                "--output_dir: needs the path of a folder"
            },
            {
                "commas",
                new String[] {"chat", "--model_name_or_path", "DIR/base", "--stop_strings", ","},
                "--stop_strings: \",\" has an item without text; if an item is a comma or a space, write the list as"
            },
            {
                "trailing comma",
                with(sft, "--output_dir", "DIR/o", "--lora_target_modules", "q_proj,"),
                "--lora_target_modules: \"q_proj,\" has an item without text"
            },
            {
                "no stop string",
                new String[] {"chat", "--model_name_or_path", "DIR/base", "--stop_strings", "[\"\"]"},
                "--stop_strings: one of them is empty"
            },
            {
                "top_p",
                new String[] {"chat", "--model_name_or_path", "DIR/base", "--top_p", "0"},
                "--top_p: 0 is out of bounds; must be > 0 and <= 1"
            },
            {
                "phrase without words",
                new String[] {"judge", "--input", "DIR/a.jsonl", "--output", "DIR/o.jsonl", "--refusal_phrases", "…"},
                "--refusal_phrases: \"…\" has no words"
            },
            {
                "tokenizer without use",
                new String[] {
                    "pretrain",
                    "--dataset",
                    "DIR/rows.jsonl",
                    "--config.model_type",
                    "gpt2",
                    "--output_dir",
                    "DIR/o",
                    "--tokenizer_path",
                    "DIR/base"
                },
                "--tokenizer_path: has no effect with tokenizer: bpe; set tokenizer: folder"
            },
            {
                "TRL's name",
                with(sft, "--dataset_name", "x", "--output_dir", "DIR/o"),
                "--dataset_name: unknown option; did you mean --dataset?"
            },
            {
                "TRL's value",
                with(sft, "--output_dir", "DIR/o", "--report_to", "wandb"),
                "--report_to: unknown option; metrics.jsonl and TensorBoard's files are always written"
            },
            {
                "TRL's flag",
                with(sft, "--output_dir", "DIR/o", "--assistant_only_loss"),
                "--assistant_only_loss: unknown option; the loss covers the assistant's"
            },
            {
                "parquet",
                new String[] {
                    "sft", "--model_name_or_path", "DIR/base", "--dataset", "DIR/x.parquet", "--output_dir", "DIR/o"
                },
                "--dataset: DIR/x.parquet is a Parquet or Arrow file; convert it to JSON Lines (Python: datasets.load"
            },
            {
                "misspelt key of a new model",
                new String[] {
                    "pretrain",
                    "--dataset",
                    "DIR/rows.jsonl",
                    "--config.model_type",
                    "gpt2",
                    "--config.n_hed",
                    "2",
                    "--config.n_head",
                    "2",
                    "--config.n_embd",
                    "32",
                    "--config.n_layer",
                    "1",
                    "--config.n_positions",
                    "64",
                    "--output_dir",
                    "DIR/o"
                },
                "--config.model_type: config: not known for model_type gpt2: n_hed (did you mean n_head?)"
            },
            {
                "tokenizer of a model",
                new String[] {
                    "pretrain",
                    "--dataset",
                    "DIR/rows.jsonl",
                    "--model_name_or_path",
                    "DIR/base",
                    "--output_dir",
                    "DIR/o",
                    "--tokenizer",
                    "char"
                },
                "--tokenizer: model_name_or_path has its own; leave this out"
            },
            {
                "knowledge without use",
                new String[] {
                    "ppo",
                    "--model_name_or_path",
                    "DIR/base",
                    "--reward_model_path",
                    "DIR/base",
                    "--dataset",
                    "DIR/rows.jsonl",
                    "--output_dir",
                    "DIR/o",
                    "--knowledge",
                    "DIR/q.jsonl",
                    "--reward_right_answer",
                    "1"
                },
                "--knowledge: has no effect without reward_right_refusal or penalty_over_refusal; set one of them"
            },
            {
                "reward model without use",
                new String[] {
                    "eval",
                    "--models",
                    "[{name: a, path: DIR/base}]",
                    "--questions",
                    "DIR/q.jsonl",
                    "--output_dir",
                    "DIR/o",
                    "--reward_model",
                    "DIR/base"
                },
                "--reward_model: scores completions of prompts, or rankings, which are not given"
            },
            {
                "known without questions",
                new String[] {
                    "eval",
                    "--models",
                    "[{name: a, path: DIR/base}]",
                    "--prompts",
                    "DIR/rows.jsonl",
                    "--output_dir",
                    "DIR/o",
                    "--knowledge_reference",
                    "a"
                },
                "--knowledge_reference: what is known is defined for questions, which are not given"
            },
            {
                "penalty",
                new String[] {"chat", "--model_name_or_path", "DIR/base", "--presence_penalty", "1e300"},
                "--presence_penalty: 1e300 is out of bounds; must be >= -1000000 and <= 1000000"
            },
            {"doctor", new String[] {"doctor", "--device", "cuda"}, "rlhf doctor: --device: unexpected; it takes no"},
            {"schema", new String[] {"schema", "sft"}, "rlhf schema: sft: unexpected; it takes no arguments"},
            {
                "output is an input",
                new String[] {"judge", "--input", "DIR/a.jsonl", "--questions", "DIR/q.jsonl", "--output", "DIR/q.jsonl"
                },
                "DIR/q.jsonl: input and output are the same file; give another output"
            },
            {
                "output below a file",
                new String[] {"judge", "--input", "DIR/a.jsonl", "--output", "DIR/q.jsonl/x/o.jsonl"},
                "DIR/q.jsonl/x/o.jsonl: its folder DIR/q.jsonl/x cannot be created: DIR/q.jsonl is a file; give another"
            },
            {
                "model",
                new String[] {"chat", "--model_name_or_path", "DIR/ok.yaml"},
                "--model_name_or_path: DIR/ok.yaml is a file"
            },
            {
                "no recipe",
                new String[] {"run", "nowhere.yaml"},
                "nowhere.yaml: no such recipe; relative paths start from"
            },
            {"folder", new String[] {"run", "DIR"}, "DIR: is a folder; it must be a file"},
            {
                "binary",
                new String[] {"run", "DIR/binary.yaml"},
                "DIR/binary.yaml: not UTF-8; save the file in that encoding"
            },
            {"blank", new String[] {"run", ""}, "rlhf run: needs the path of a recipe"},
            {"config", new String[] {"sft", "--config", ""}, "--config: needs the path of a recipe"},
            {
                "config of a model",
                new String[] {"pretrain", "--config", "{model_type: gpt2}"},
                "--config: needs the path of a recipe; an option of a group is typed with a dot, as in --config.n_"
            },
            {"redo", new String[] {"run", "DIR/ok.yaml", "--redo", ""}, "--redo: needs the names of stages"},
            {
                "redo x",
                new String[] {"run", "DIR/ok.yaml", "--redo", "x"},
                "--redo: there is no stage x. The stages are: sft, or all"
            },
            {
                "option",
                new String[] {"run", "DIR/ok.yaml", "--sede", "1"},
                "--sede: unknown option; did you mean --seed?"
            },
            {
                "rule",
                new String[] {"sft", "--model_name_or_path", "DIR/base", "--output_dir", "DIR/o"},
                "give either dataset or datasets"
            },
        };
        SoftAssertions all = new SoftAssertions();
        for (Object[] line : table) {
            all.assertThat(run((String[]) line[1]))
                    .as("%s", line[0])
                    .startsWith(line[2].toString().startsWith("rlhf ") ? "2 " + line[2] : "2 rlhf: " + line[2])
                    .doesNotContain("\n", "Exception", "REDACTED");
        }
        all.assertAll();
    }

    private static String[] with(String[] before, String... more) {
        List<String> all = new ArrayList<>(List.of(before));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPipeIsNotCalledAFolder() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", folder.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        String what = "DIR/pipe: is a pipe or a device, which can be read only once; save its content as a file";
        assertThat(run("run", "DIR/pipe")).isEqualTo("2 rlhf: " + what);
        assertThat(run("sft", "--model_name_or_path", "DIR/base", "--dataset", "DIR/pipe", "--output_dir", "DIR/o"))
                .isEqualTo("2 rlhf: --dataset: " + what.replace("pipe: is", "pipe is"));
    }

    @Test
    void filesOfACheckpoint() throws IOException {
        Path model = TinyModels.llama(folder.resolve("base"), 1);
        for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors")) {
            Path file = model.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            for (String text : List.of("[1]", "", LFS, "\u0000\u0001garbage")) {
                Files.writeString(file, text);
                assertThat(run(
                                "sft",
                                "--model_name_or_path",
                                "DIR/base",
                                "--dataset",
                                "DIR/rows.jsonl",
                                "--max_length",
                                "64",
                                "--max_steps",
                                "1",
                                "--output_dir",
                                "DIR/out"))
                        .as(name + ": " + text)
                        .startsWith("2 rlhf: DIR/base/" + name + ":")
                        .contains(text.equals(LFS) ? "is a Git LFS pointer" : ":")
                        .doesNotContain("\n", "Exception", "REDACTED");
            }
            Files.write(file, whole);
        }
    }
}
