package dev.rlhf.report.html;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The data of the trade-off and calibration charts of one model's answers.
 * @param tradeOff from all answers of the model to none, as more of its least confident answers are withheld
 * @param calibration bins of confidence, in ascending order
 */
public record AnswerCurves(
        String model, @JsonProperty("trade_off") List<TradeOff> tradeOff, List<Calibration> calibration) {
    /** The name of an evaluation's file with the curves of all models. */
    public static final String FILE = "curves.json";

    /** Prefix of the metrics of the risk–coverage curve in a comparison, before the coverage in percent. */
    public static final String RISK = "risk/";

    /** The shares of known and of unanswerable questions that are refused. */
    public record TradeOff(
            @JsonProperty("over_refusal") double overRefusal,
            @JsonProperty("refusal_recall") double refusalRecall) {}

    /**
     * A bin of confidence.
     * @param confidence mean confidence of the answers in the bin
     * @param right share of correct answers in the bin
     */
    public record Calibration(double confidence, double right, int answers) {}

    public AnswerCurves {
        tradeOff = List.copyOf(tradeOff);
        calibration = List.copyOf(calibration);
    }

    /** Writes the curves of all models to {@link #FILE} in a folder. */
    public static void write(Path folder, List<AnswerCurves> curves) throws IOException {
        AtomicFiles.writeString(
                folder.resolve(FILE),
                Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(curves) + "\n");
    }

    /**
     * Reads the file that {@link #write} wrote.
     *
     * @throws InputException if it has another form
     */
    public static List<AnswerCurves> read(Path file) throws IOException {
        try {
            return Json.mapper().readValue(file.toFile(), new TypeReference<List<AnswerCurves>>() {});
        } catch (JsonProcessingException e) {
            throw new InputException(file + ": no curves of answers: " + Json.reason(e), e);
        }
    }
}
