package dev.rlhf.label.api;

import dev.rlhf.label.Labeler;
import java.net.URI;
import java.time.Instant;

/**
 * A link that signs one person or program in, once. The token is stored nowhere else: the store keeps its hash.
 *
 * @param expires when an unused link stops working
 */
public record Invite(Labeler labeler, String token, Instant expires) {
    /**
     * Returns the link to send to the labeler. The token is in the fragment, which servers, proxies and link previews
     * do not see.
     */
    public URI link(URI baseUrl) {
        return baseUrl.resolve("/#invite=" + token);
    }
}
