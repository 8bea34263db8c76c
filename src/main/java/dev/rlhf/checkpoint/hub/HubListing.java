package dev.rlhf.checkpoint.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a repository at one commit. Paths that lead out of the cache are refused, because the answer is not
 * trusted.
 *
 * @param commit 40 hexadecimal digits
 */
record HubListing(String commit, List<HubFile> files) {
    /**
     * Reads the answer to {@code GET /api/models/ID/revision/REVISION?blobs=true}.
     *
     * @throws IOException if it is malformed
     */
    static HubListing read(JsonNode json) throws IOException {
        String commit = json.path("sha").asText();
        if (!commit.matches("[0-9a-f]{40}")) {
            throw new IOException("the hub's answer names no commit");
        }
        List<HubFile> files = new ArrayList<>();
        for (JsonNode sibling : json.path("siblings")) {
            files.add(file(sibling));
        }
        return new HubListing(commit, List.copyOf(files));
    }

    private static HubFile file(JsonNode sibling) throws IOException {
        String path = sibling.path("rfilename").asText();
        JsonNode lfs = sibling.path("lfs");
        JsonNode size = lfs.has("size") ? lfs.path("size") : sibling.path("size");
        String hash = lfs.has("sha256")
                ? lfs.path("sha256").asText()
                : sibling.path("blobId").asText();
        boolean outside =
                path.isEmpty() || path.startsWith("/") || ("/" + path + "/").matches(".*(/\\.\\.?/|\\\\|//).*");
        if (outside || !size.isIntegralNumber() || !hash.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
            throw new IOException("the hub's answer has no usable path, size and hash of \"" + path + "\"");
        }
        return new HubFile(path, size.asLong(), hash);
    }
}
