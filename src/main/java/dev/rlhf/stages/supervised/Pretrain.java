package dev.rlhf.stages.supervised;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.data.Batch;
import dev.rlhf.data.Document;
import dev.rlhf.data.Example;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.data.Split;
import dev.rlhf.data.TokenStream;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.ModelFolder;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.Families;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import dev.rlhf.tensor.Scope;
import dev.rlhf.text.BpeTrainer;
import dev.rlhf.text.CharTokenizer;
import dev.rlhf.text.SpecialTokens;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.MemoryPlan;
import dev.rlhf.train.ModelSaver;
import dev.rlhf.train.TrainableModels;
import dev.rlhf.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Trains a new or given model to predict the next token of text (Radford et al. 2019). Documents are joined with an
 * end-of-text token between them; a batch consists of windows at random positions of that stream, as in nanoGPT.
 */
public final class Pretrain implements Stage<PretrainOptions> {
    @Override
    public StageResult run(PretrainOptions o, StageContext context) throws IOException {
        try (Models session = Models.open(o.engine(), context.console())) {
            Split.Parts<String> texts = split(Document.read(o.dataset()), o);
            try (Checkpoint from = checkpoint(o, texts.train());
                    CausalLm model = model(session, o, from)) {
                model.gradientCheckpointing(o.memory().gradient_checkpointing());
                Tokenizer tokenizer = from.tokenizer();
                TokenStream train = stream(tokenizer, texts.train());
                int block = new TokenLimit("block_size", o.block_size(), PretrainOptions.BLOCK_SIZE)
                        .ofSequences(model.config(), context.console());
                List<Batch> validation = blocks(stream(tokenizer, texts.validation()), block, o);
                List<Batch> test = blocks(stream(tokenizer, texts.test()), block, o);
                context.console()
                        .printf(
                                "%s parameters; %s training tokens of %s documents; vocabulary %d%n",
                                Numbers.compact((double) model.parameters().count()),
                                Numbers.compact(train.length()),
                                Numbers.compact(texts.train().size()),
                                tokenizer.vocabSize());
                return train(session, o, context, model, tokenizer, train, block, validation, test, from.folder());
            }
        }
    }

    private static StageResult train(
            Models session,
            PretrainOptions o,
            StageContext context,
            CausalLm model,
            Tokenizer tokenizer,
            TokenStream train,
            int block,
            List<Batch> validation,
            List<Batch> test,
            Path tokenizerFolder)
            throws IOException {
        if (train.length() <= block) {
            throw InputException.at(
                    o.dataset(), "has " + train.length() + " training tokens, fewer than a block_size of " + block);
        }
        MemoryPlan.Checked plan = MemoryPlan.check(
                session.torch(),
                context.console(),
                (checkpointing, rows) -> SupervisedTrainer.plan(
                        session.torch(), model, o.optimizer(), checkpointing, rows, block + 1, true),
                o.memory(),
                o.steps().batch().per_device_train_batch_size());
        LmLoss loss = new LmLoss(session.torch(), model);
        double atInit = loss.evaluate(List.of(batch(train, block, o, 0, 0))).meanLoss();
        double uniform = Math.log(model.config().vocabSize());
        context.console().printf("loss at init %.4f, ln(V) %.4f%n", atInit, uniform);
        Map<String, Double> metrics = new LinkedHashMap<>();
        try (SupervisedTrainer trainer = new SupervisedTrainer(
                session.torch(),
                model,
                o.optimizer(),
                o.max_steps(),
                step -> IntStream.range(0, o.steps().gradient_accumulation_steps())
                        .mapToObj(micro -> batch(train, block, o, step, micro))
                        .toList(),
                validation,
                true,
                o.loop().seed())) {
            metrics.putAll(TrainingLoop.of(
                            "pretrain", o.loop(), o.max_steps(), o.steps().eval_steps(), context)
                    .run(session.torch(), trainer, () -> {
                        if (o.model_name_or_path() == null) {
                            startMarkers(session, model, train, tokenizer);
                        }
                        return ModelFolder.save(
                                o.loop().output_dir(),
                                model,
                                tokenizerFolder,
                                o.loop().max_shard_size());
                    }));
        }
        plan.measured();
        if (!test.isEmpty()) {
            metrics.put(
                    "test_loss",
                    ModelSaver.afterwards(
                            o.loop().output_dir().resolve("model"),
                            () -> loss.evaluate(test).meanLoss()));
        }
        metrics.put("loss_at_init", atInit);
        metrics.put("ln_vocab", uniform);
        return new StageResult(metrics);
    }

    /**
     * Resets the embeddings of tokens that never occurred, mainly chat markers. With a tied head, training only makes
     * such tokens less likely, which results in long vectors that disturb the first conversations. Their embeddings
     * become zero; the token that ends a turn gets the embedding of the newline, which ends a line of a transcript.
     */
    private static void startMarkers(Models session, CausalLm model, TokenStream train, Tokenizer tokenizer) {
        boolean[] seen = train.seen(model.config().vocabSize());
        float[] keep = new float[seen.length];
        for (int id = 0; id < keep.length; id++) {
            keep[id] = seen[id] ? 1 : 0;
        }
        int newline = newline(tokenizer);
        try (Scope _ = new Scope()) {
            NDArray embedding = model.parameters().get(model.config().embeddingName());
            embedding.muli(session.torch().floats(keep, keep.length, 1));
            if (tokenizer.hasEos() && !seen[tokenizer.eosId()] && newline >= 0 && seen[newline]) {
                session.torch().kernels().invoke("assign_row", embedding, tokenizer.eosId(), newline);
                if (!model.config().tied()) {
                    session.torch().kernels().invoke("assign_row", model.head(), tokenizer.eosId(), newline);
                }
            }
        }
    }

    /**
     * Returns the token of a single newline; -1 if the vocabulary has none, for example if it was made from a single
     * line.
     */
    private static int newline(Tokenizer tokenizer) {
        try {
            int[] ids = tokenizer.encode("\n");
            return ids.length == 1 ? ids[0] : -1;
        } catch (InputException unknownCharacter) {
            return -1;
        }
    }

    private static Batch batch(TokenStream stream, int block, PretrainOptions o, long step, int micro) {
        int rows = o.steps().batch().per_device_train_batch_size();
        long first = (step * o.steps().gradient_accumulation_steps() + micro) * rows;
        return Batch.of(
                IntStream.range(0, rows)
                        .mapToObj(row -> example(stream.window(block, o.loop().seed(), first + row)))
                        .toList(),
                0);
    }

    private static List<Batch> blocks(TokenStream stream, int block, PretrainOptions o) {
        int rows = stream.blocks(block);
        int used = o.eval_rows() > 0 ? Math.min(rows, o.eval_rows()) : rows;
        List<Batch> batches = new ArrayList<>();
        int size = Math.max(o.steps().batch().per_device_train_batch_size(), 16);
        for (int from = 0; from < used; from += size) {
            batches.add(Batch.of(
                    IntStream.range(from, Math.min(used, from + size))
                            .mapToObj(row -> example(stream.block(row, block)))
                            .toList(),
                    0));
        }
        return batches;
    }

    private static Example example(int[] ids) {
        return Example.of(ids, ids);
    }

    private static Split.Parts<String> split(List<Document> documents, PretrainOptions o) throws IOException {
        List<String> texts = documents.stream().map(Document::text).toList();
        return switch (o.split()) {
            case "none" -> new Split.Parts<>(texts, List.of(), List.of());
            case "contiguous" -> Split.contiguous(String.join("\n", texts), new Split.Fractions(0.1, 0));
            default -> {
                long distinct = documents.stream().map(Document::key).distinct().count();
                if (distinct < 10) {
                    throw InputException.at(
                            o.dataset(),
                            "has " + distinct
                                    + " different documents, too few to split by document; use split: contiguous, or "
                                    + "none");
                }
                Split.Parts<Document> parts = Split.byHash(
                        documents,
                        Document::key,
                        Split.Fractions.EIGHTY_TEN_TEN,
                        o.loop().seed());
                writeHeldOut(parts, o);
                yield new Split.Parts<>(
                        parts.train().stream().map(Document::text).toList(),
                        parts.validation().stream().map(Document::text).toList(),
                        parts.test().stream().map(Document::text).toList());
            }
        };
    }

    private static void writeHeldOut(Split.Parts<Document> parts, PretrainOptions o) throws IOException {
        List<KeyedRow> heldOut = new ArrayList<>();
        parts.validation().forEach(d -> heldOut.add(KeyedRow.of(d.origin(), d.id(), d.key(), KeyedRow.VALIDATION)));
        parts.test().forEach(d -> heldOut.add(KeyedRow.of(d.origin(), d.id(), d.key(), KeyedRow.TEST)));
        KeyedRow.write(o.loop().output_dir(), KeyedRow.HELD_OUT, heldOut);
    }

    /**
     * Opens the given model. For a new model, opens the given tokenizer, or trains one on the training part and saves
     * it.
     */
    private static Checkpoint checkpoint(PretrainOptions o, List<String> texts) throws IOException {
        if (o.model_name_or_path() != null) {
            return Checkpoint.open(o.model_name_or_path());
        }
        if (o.tokenizer().equals("folder")) {
            return Checkpoint.ofTokenizer(Objects.requireNonNull(o.tokenizer_path()));
        }
        Path folder = o.loop().output_dir().resolve("tokenizer");
        if (o.tokenizer().equals("char")) {
            CharTokenizer.train(texts, false).save(folder);
        } else {
            BpeTrainer.train(texts, o.vocab_size(), 2).save(folder);
        }
        return Checkpoint.ofTokenizer(folder);
    }

    /** Encodes documents and joins them with {@link #separator}. */
    static TokenStream stream(Tokenizer tokenizer, List<String> texts) {
        List<int[]> ids = texts.stream().map(tokenizer::encode).toList();
        if (tokenizer.hasEos()) {
            return TokenStream.of(ids, separator(tokenizer));
        }
        return TokenStream.of(ids.stream().flatMapToInt(IntStream::of).toArray());
    }

    /** Returns {@code <|endoftext|>}, or the end token of a vocabulary that lacks it. */
    private static int separator(Tokenizer tokenizer) {
        return tokenizer.idOf(SpecialTokens.END_OF_TEXT).orElseGet(tokenizer::eosId);
    }

    private static CausalLm model(Models session, PretrainOptions o, Checkpoint from) {
        if (o.model_name_or_path() != null) {
            return TrainableModels.languageModel(session, from);
        }
        Tokenizer tokenizer = from.tokenizer();
        ObjectNode json = Json.mapper().valueToTree(o.config());
        if (!json.has("vocab_size")) {
            json.put("vocab_size", tokenizer.vocabSize());
        }
        if (json.path("vocab_size").asInt() < tokenizer.vocabSize()) {
            throw new InputException("config.vocab_size " + json.path("vocab_size")
                    + " is smaller than the tokenizer's " + tokenizer.vocabSize());
        }
        if (tokenizer.hasEos()) {
            json.put("bos_token_id", separator(tokenizer));
            json.put("eos_token_id", tokenizer.eosId());
            json.put("pad_token_id", tokenizer.padId());
        }
        ModelConfig config = Families.read(json, "config");
        return CausalLm.create(
                session.torch(), config, session.compute(), o.loop().seed());
    }
}
