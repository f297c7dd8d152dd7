package org.isospin.bench.train;

import java.util.Arrays;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.isospin.bench.cli.UsageException;

/**
 * A text as numbers: each byte that occurs in it is a token, the last tenth is held out.
 */
final class Corpus {
    private static final int HELD_OUT_SHARE = 10;

    private final byte[] alphabet;
    private final byte[] tokens;
    private final int trained;

    private Corpus(byte[] alphabet, byte[] tokens) {
        this.alphabet = alphabet;
        this.tokens = tokens;
        this.trained = tokens.length - tokens.length / HELD_OUT_SHARE;
    }

    /**
     * {@return the corpus of a text}
     *
     * @param text any bytes
     */
    static Corpus of(byte[] text) {
        boolean[] occurs = new boolean[256];
        for (byte b : text) {
            occurs[b & 0xff] = true;
        }
        byte[] alphabet = new byte[256];
        int size = 0;
        for (int b = 0; b < 256; b++) {
            if (occurs[b]) {
                alphabet[size++] = (byte) b;
            }
        }
        return of(text, Arrays.copyOf(alphabet, size));
    }

    /**
     * {@return the corpus of a text whose tokens are given}
     *
     * @param text any bytes
     * @param alphabet the byte of each token
     * @throws UsageException if the text has others
     */
    static Corpus of(byte[] text, byte[] alphabet) {
        int[] number = new int[256];
        Arrays.fill(number, -1);
        for (int i = 0; i < alphabet.length; i++) {
            number[alphabet[i] & 0xff] = i;
        }
        byte[] tokens = new byte[text.length];
        for (int i = 0; i < text.length; i++) {
            int token = number[text[i] & 0xff];
            if (token < 0) {
                throw new UsageException(String.format(
                        Locale.ROOT,
                        "byte %d of the text is 0x%02x, which is none of the model's %d tokens",
                        i,
                        text[i] & 0xff,
                        alphabet.length));
            }
            tokens[i] = (byte) token;
        }
        return new Corpus(alphabet.clone(), tokens);
    }

    /** {@return the byte of each token} */
    byte[] alphabet() {
        return alphabet.clone();
    }

    /** {@return the number of different tokens} */
    int vocabulary() {
        return alphabet.length;
    }

    /** {@return how many tokens are trained on} */
    int trainedLength() {
        return trained;
    }

    /** {@return how many tokens are held out} */
    int heldOutLength() {
        return tokens.length - trained;
    }

    /** {@return a number that tells texts apart} */
    long checksum() {
        CRC32 sum = new CRC32();
        sum.update(alphabet);
        sum.update(tokens);
        return sum.getValue();
    }

    /**
     * Draws windows of the part that is trained on.
     *
     * @param random where to
     * @param batch receives the windows, and what follows each of their tokens
     */
    void draw(RandomGenerator random, Batch batch) {
        for (int b = 0; b < batch.windows(); b++) {
            copy(random.nextInt(trained - batch.length()), batch, b);
        }
    }

    /**
     * Takes windows of the part that is held out, evenly spread.
     *
     * @param index which of {@code count} batches
     * @param count how many batches there are
     * @param batch receives the windows, and what follows each of their tokens
     */
    void heldOut(int index, int count, Batch batch) {
        int last = tokens.length - batch.length() - 1;
        for (int b = 0; b < batch.windows(); b++) {
            long position = (last - trained) * ((long) index * batch.windows() + b) / ((long) count * batch.windows());
            copy(trained + (int) position, batch, b);
        }
    }

    private void copy(int from, Batch batch, int window) {
        for (int i = 0; i < batch.length(); i++) {
            batch.set(window, i, tokens[from + i] & 0xff, tokens[from + i + 1] & 0xff);
        }
    }

    /**
     * {@return the entropy of a token given the one before, in nats, by counts over the part that is held out itself: no
     * model that sees one token does better on it}
     */
    double bigramEntropy() {
        int v = vocabulary();
        int[] pairs = new int[v * v];
        int[] firsts = new int[v];
        for (int i = trained; i + 1 < tokens.length; i++) {
            int first = tokens[i] & 0xff;
            pairs[first * v + (tokens[i + 1] & 0xff)]++;
            firsts[first]++;
        }
        double sum = 0;
        int count = 0;
        for (int i = 0; i < pairs.length; i++) {
            if (pairs[i] > 0) {
                sum -= pairs[i] * Math.log((double) pairs[i] / firsts[i / v]);
                count += pairs[i];
            }
        }
        return sum / Math.max(1, count);
    }

    /**
     * {@return the text of tokens}
     *
     * @param ids the tokens
     */
    byte[] bytes(int[] ids) {
        byte[] text = new byte[ids.length];
        for (int i = 0; i < ids.length; i++) {
            text[i] = alphabet[ids[i]];
        }
        return text;
    }
}
