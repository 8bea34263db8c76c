/** What tests of several packages share. */
package dev.rlhf.testing;
