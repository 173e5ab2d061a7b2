/* SPDX-License-Identifier: MIT
 * The words of an operation's text.
 */
#include "command/truth_text.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static size_t blanks(const struct cursor *cursor)
{
    return cursor->at + strspn(cursor->text + cursor->at, " \t");
}

bool text_end(struct cursor *cursor)
{
    return cursor->text[blanks(cursor)] == '\0';
}

bool text_is(const struct cursor *cursor, const char *word)
{
    const char *here = cursor->text + blanks(cursor);
    size_t n = strlen(word);
    return strncmp(here, word, n) == 0 &&
           !(isalnum((unsigned char)word[n - 1]) && is_word(here[n]));
}

bool text_take(struct cursor *cursor, const char *word)
{
    if (!text_is(cursor, word)) {
        return false;
    }
    cursor->at = blanks(cursor) + strlen(word);
    return true;
}

bool text_digits(struct cursor *cursor, uint64_t most, uint64_t *value)
{
    const char *here = cursor->text + cursor->at;
    uint64_t sum = 0;
    size_t n = 0;
    for (; isdigit((unsigned char)here[n]); n++) {
        sum = sum * 10 + (uint64_t)(here[n] - '0');
        if (sum > most) {
            return text_fail(cursor, "the number is larger than %llu", (unsigned long long)most);
        }
    }
    if (n) {
        *value = sum;
        cursor->at += n;
    }
    return n > 0;
}

bool text_number(struct cursor *cursor, uint64_t most, uint64_t *value)
{
    size_t before = cursor->at;
    cursor->at = blanks(cursor);
    if (text_digits(cursor, most, value)) {
        return true;
    }
    cursor->at = cursor->problem[0] ? cursor->at : before;
    return false;
}

bool text_word(struct cursor *cursor, char *word, size_t room)
{
    cursor->at = blanks(cursor);
    const char *here = cursor->text + cursor->at;
    size_t n = 0;
    while (is_word(here[n])) {
        n++;
    }
    n = n || !here[0] ? n : 1;
    snprintf(word, room, "%.*s", (int)n, here);
    cursor->at += n;
    return n > 0;
}

bool text_fail(struct cursor *cursor, const char *format, ...)
{
    if (!cursor->problem[0]) { /* the first is the cause of the others */
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(cursor->problem, TRUTH_PROBLEM, format, arguments);
        va_end(arguments);
    }
    return false;
}

bool text_unknown(struct cursor *cursor, const char *what, const char *known)
{
    char word[40];
    struct cursor ahead = *cursor;
    cursor->at = blanks(cursor);
    if (!text_word(&ahead, word, sizeof word)) {
        return text_fail(cursor, "%s is missing: %s", what, known);
    }
    return text_fail(cursor, "unknown %s '%s': %s", what, word, known);
}
