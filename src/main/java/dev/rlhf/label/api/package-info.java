/**
 * Values exchanged between the store and its users ({@code server}, {@code client}, {@code cli}): what labelers and
 * admins send and receive, and how requests are refused. Uses {@code label} and {@code label.agreement}.
 */
@NullMarked
package dev.rlhf.label.api;

import org.jspecify.annotations.NullMarked;
