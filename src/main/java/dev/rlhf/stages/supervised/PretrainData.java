package dev.rlhf.stages.supervised;

import dev.rlhf.base.Count;
import dev.rlhf.base.InputException;
import dev.rlhf.data.Batch;
import dev.rlhf.data.Document;
import dev.rlhf.data.Example;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.data.Split;
import dev.rlhf.data.TokenStream;
import dev.rlhf.inference.LoadingProgress;
import dev.rlhf.stage.StageContext;
import dev.rlhf.text.SpecialTokens;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The encoded text of a run.
 *
 * @param train the training part, from which windows are drawn
 * @param block tokens per row
 * @param validation rows for evaluation; may be empty
 * @param test rows for the test loss; may be empty
 */
record PretrainData(TokenStream train, int block, List<Batch> validation, List<Batch> test) {
    /** Encodes texts; {@code block} tokens become a row. */
    static PretrainData of(
            PretrainOptions o, Split.Parts<String> texts, Tokenizer tokenizer, int block, StageContext context) {
        return new PretrainData(
                stream(tokenizer, texts.train(), context),
                block,
                blocks(stream(tokenizer, texts.validation(), context), block, o),
                blocks(stream(tokenizer, texts.test(), context), block, o));
    }

    /** Reads and splits the documents, and writes which are held out. */
    static Split.Parts<String> split(PretrainOptions o) throws IOException {
        List<Document> documents = Document.read(o.dataset());
        List<String> texts = documents.stream().map(Document::text).toList();
        return switch (o.split()) {
            case "none" -> new Split.Parts<>(texts, List.of(), List.of());
            case "contiguous" -> Split.contiguous(String.join("\n", texts), new Split.Fractions(0.1, 0));
            default -> byDocument(documents, o);
        };
    }

    private static Split.Parts<String> byDocument(List<Document> documents, PretrainOptions o) throws IOException {
        long distinct = documents.stream().map(Document::key).distinct().count();
        if (distinct < 10) {
            throw InputException.at(
                    o.dataset(),
                    "has " + Count.of(distinct, "different document")
                            + ", too few to split by document; use split: contiguous, or none");
        }
        Split.Parts<Document> parts = Split.byHash(
                documents,
                Document::key,
                Split.Fractions.EIGHTY_TEN_TEN,
                o.loop().seed());
        writeHeldOut(parts, o);
        return new Split.Parts<>(
                parts.train().stream().map(Document::text).toList(),
                parts.validation().stream().map(Document::text).toList(),
                parts.test().stream().map(Document::text).toList());
    }

    private static void writeHeldOut(Split.Parts<Document> parts, PretrainOptions o) throws IOException {
        List<KeyedRow> heldOut = new ArrayList<>();
        parts.validation().forEach(d -> heldOut.add(KeyedRow.of(d.origin(), d.id(), d.key(), KeyedRow.VALIDATION)));
        parts.test().forEach(d -> heldOut.add(KeyedRow.of(d.origin(), d.id(), d.key(), KeyedRow.TEST)));
        KeyedRow.write(o.loop().output_dir(), KeyedRow.HELD_OUT, heldOut);
    }

    /** Encodes documents and joins them with {@link #separator}. */
    static TokenStream stream(Tokenizer tokenizer, List<String> texts, StageContext context) {
        List<int[]> ids;
        try (LoadingProgress progress = LoadingProgress.ofRows(context, texts.size())) {
            ids = progress.map(texts, tokenizer::encode);
        }
        if (tokenizer.hasEos()) {
            return TokenStream.of(ids, separator(tokenizer));
        }
        return TokenStream.of(ids.stream().flatMapToInt(IntStream::of).toArray());
    }

    /** Returns {@code <|endoftext|>}, or the end token of a vocabulary that lacks it. */
    static int separator(Tokenizer tokenizer) {
        return tokenizer.idOf(SpecialTokens.END_OF_TEXT).orElseGet(tokenizer::eosId);
    }

    /** Returns a micro-batch of windows; step 0 is only evaluated. */
    Batch batch(PretrainOptions o, long step, int micro) {
        int rows = o.steps().batch().per_device_train_batch_size();
        long first = (step * o.steps().gradient_accumulation_steps() + micro) * rows;
        return Batch.of(
                IntStream.range(0, rows)
                        .mapToObj(row -> example(train.window(block, o.loop().seed(), first + row)))
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
        return Example.of(ids);
    }
}
