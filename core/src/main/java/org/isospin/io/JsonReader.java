package org.isospin.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A strict reader of JSON text (RFC 8259) in UTF-8, one token at a time where the caller says what must come next. It
 * never recurses and holds one token, so neither depth nor length of hostile text costs more than that text.
 *
 * @param <E> what a broken rule throws
 */
public abstract class JsonReader<E extends IOException> {
    private static final int NAME_LENGTH = 96;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?");

    private final MemorySegment text;
    private final String what;
    private final long end;
    private long at;

    /**
     * Starts at the first byte.
     *
     * @param text the text
     * @param what the text in a word, for messages
     */
    protected JsonReader(MemorySegment text, String what) {
        this.text = text;
        this.what = what;
        this.end = text.byteSize();
    }

    /**
     * {@return the exception for a broken rule}
     *
     * @param rule the rule, and how it is broken
     */
    public abstract E broken(String rule);

    private E unexpected(String wanted) {
        String found =
                at < end ? "'" + printable(String.valueOf((char) (text.get(JAVA_BYTE, at) & 0xFF))) + "'" : "its end";
        return broken("byte " + at + " of the " + what + ": expected " + wanted + ", found " + found);
    }

    /**
     * {@return a name for messages: shortened, without control characters}
     *
     * @param name any text
     */
    public static String printable(String name) {
        String head = name.length() > NAME_LENGTH ? name.substring(0, NAME_LENGTH) + "…" : name;
        StringBuilder out = new StringBuilder(head.length());
        for (int i = 0; i < head.length(); i++) {
            char c = head.charAt(i);
            out.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
        }
        return out.toString();
    }

    private void skipWhitespace() {
        while (at < end) {
            byte b = text.get(JAVA_BYTE, at);
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return;
            }
            at++;
        }
    }

    /**
     * {@return whether a character came next after white space; it is then consumed}
     *
     * @param c the character
     */
    public final boolean accept(char c) {
        skipWhitespace();
        if (at < end && text.get(JAVA_BYTE, at) == c) {
            at++;
            return true;
        }
        return false;
    }

    /**
     * Skips white space and consumes a character that must come next.
     *
     * @param c the character
     * @throws E if another one comes
     */
    public final void expect(char c) throws E {
        if (!accept(c)) {
            throw unexpected("'" + c + "'");
        }
    }

    /**
     * Requires that nothing but white space follows.
     *
     * @throws E if anything else does
     */
    public final void expectEnd() throws E {
        skipWhitespace();
        if (at < end) {
            throw unexpected("nothing more");
        }
    }

    /**
     * Requires that nothing but spaces follows.
     *
     * @throws E if anything else does
     */
    public final void expectPadding() throws E {
        while (at < end) {
            if (text.get(JAVA_BYTE, at) != ' ') {
                throw unexpected("spaces after the closing brace");
            }
            at++;
        }
    }

    /**
     * {@return an integer ≥ 0, which must come next}
     *
     * @throws E if anything else does
     */
    public final long integer() throws E {
        skipWhitespace();
        long start = at;
        long value = 0;
        while (at < end && isDigit(text.get(JAVA_BYTE, at))) {
            int digit = text.get(JAVA_BYTE, at) - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                at = start;
                throw unexpected("an integer below 2^63");
            }
            value = 10 * value + digit;
            at++;
        }
        boolean leadingZero = at - start > 1 && text.get(JAVA_BYTE, start) == '0';
        boolean fraction = at < end && ".eE".indexOf(text.get(JAVA_BYTE, at)) >= 0;
        if (at == start || leadingZero || fraction) {
            at = start;
            throw unexpected("an integer >= 0");
        }
        return value;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /**
     * {@return a number as it is written, which must come next}
     *
     * @throws E if anything else does
     */
    public final String number() throws E {
        skipWhitespace();
        long start = at;
        while (at < end && "+-.0123456789Ee".indexOf(text.get(JAVA_BYTE, at)) >= 0) {
            at++;
        }
        String found = new String(text.asSlice(start, at - start).toArray(JAVA_BYTE), StandardCharsets.US_ASCII);
        if (!NUMBER.matcher(found).matches()) {
            at = start;
            throw unexpected("a number");
        }
        return found;
    }

    /**
     * {@return the byte that comes next after white space, which is not consumed; 0 at the end}
     */
    public final char next() {
        skipWhitespace();
        return at < end ? (char) (text.get(JAVA_BYTE, at) & 0xFF) : 0;
    }

    /**
     * Skips white space and consumes a word that must come next: true, false or null.
     *
     * @param word of ASCII letters
     * @throws E if anything else comes
     */
    public final void expectWord(String word) throws E {
        skipWhitespace();
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= end || text.get(JAVA_BYTE, at + i) != word.charAt(i)) {
                throw unexpected(word);
            }
        }
        at += word.length();
    }

    /**
     * {@return a string, which must come next}
     *
     * @throws E if anything else does
     */
    public final String string() throws E {
        skipWhitespace();
        if (at == end || text.get(JAVA_BYTE, at) != '"') {
            throw unexpected("a string");
        }
        long start = ++at;
        boolean escapes = false;
        while (true) {
            if (at >= end) {
                at = end;
                throw unexpected("'\"'");
            }
            byte b = text.get(JAVA_BYTE, at);
            if (b == '"') {
                break;
            }
            if (b >= 0 && b < ' ') {
                throw unexpected("no control character in a string");
            }
            escapes |= b == '\\';
            at += b == '\\' ? 2 : 1;
        }
        byte[] raw = text.asSlice(start, at - start).toArray(JAVA_BYTE);
        String decoded = decode(escapes ? unescape(raw, start) : raw, start);
        at++;
        return decoded;
    }

    private String decode(byte[] utf8, long start) throws E {
        String decoded = new String(utf8, StandardCharsets.UTF_8);
        if (decoded.indexOf('\uFFFD') >= 0) {
            // Either U+FFFD itself or what the lenient decoder made of malformed bytes.
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(utf8))
                        .toString();
            } catch (CharacterCodingException e) {
                throw broken("the string at byte " + start + " of the " + what + " is not UTF-8");
            }
        }
        return decoded;
    }

    /** Replaces escapes in place; an escape is never shorter than the UTF-8 bytes of what it means. */
    private byte[] unescape(byte[] raw, long start) throws E {
        int out = 0;
        int i = 0;
        while (i < raw.length) {
            if (raw[i] != '\\') {
                raw[out++] = raw[i++];
                continue;
            }
            int simple = "\"\\/bfnrt".indexOf(raw[i + 1]);
            if (simple >= 0) {
                raw[out++] = (byte) "\"\\/\b\f\n\r\t".charAt(simple);
                i += 2;
                continue;
            }
            int unit = codeUnit(raw, i, start);
            i += 6;
            int codePoint = unit;
            if (Character.isHighSurrogate((char) unit)) {
                int low = isCodeUnit(raw, i) ? codeUnit(raw, i, start) : 0;
                if (!Character.isLowSurrogate((char) low)) {
                    throw broken("the string at byte " + start + " of the " + what + " has half a surrogate pair");
                }
                codePoint = Character.toCodePoint((char) unit, (char) low);
                i += 6;
            } else if (Character.isLowSurrogate((char) unit)) {
                throw broken("the string at byte " + start + " of the " + what + " has half a surrogate pair");
            }
            for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
                raw[out++] = b;
            }
        }
        return Arrays.copyOf(raw, out);
    }

    private static boolean isCodeUnit(byte[] raw, int at) {
        return at + 6 <= raw.length && raw[at] == '\\' && raw[at + 1] == 'u';
    }

    private int codeUnit(byte[] raw, int at, long start) throws E {
        if (!isCodeUnit(raw, at)) {
            throw broken("the string at byte " + start + " of the " + what + " has an escape that JSON does not know");
        }
        int unit = 0;
        for (int i = at + 2; i < at + 6; i++) {
            int digit = raw[i] < 0 ? -1 : Character.digit(raw[i], 16);
            if (digit < 0) {
                throw broken("the string at byte " + start + " of the " + what + " has a \\u without four hex digits");
            }
            unit = 16 * unit + digit;
        }
        return unit;
    }
}
