/* SPDX-License-Identifier: MIT
 * The web bundle: read once at the start, answered from memory. A path is looked up as it was sent
 * among the files there were; the disk is never asked again, so no path can lead anywhere else.
 */
#include "http/internal.h"
#include "store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#define FILES_MAX 2000
#define FILE_MAX (16 << 20)

/* Without a bundle the server still answers, and says what is missing. */
static const char no_bundle[] = "<!doctype html>\n<html lang=\"en\"><meta "
                                "charset=\"utf-8\"><title>vmscope</title>\n<h1>vmscope</h1>\n"
                                "<p>The server runs, but it was started without the pages. Build "
                                "them (<code>npm run build</code> in "
                                "<code>web/</code>) and start with <code>--web web/dist</code>. "
                                "The API is at <code>/api/v1</code>.</p>\n";

/* The same page for all addresses, but for what it asks for ahead: a Lab's has the Lab's code. A
 * bundle may do without the second. */
enum { page_home, page_lab };
static const struct {
    const char *file, *path;
} pages[] = {[page_home] = {"/index.html", "/"}, [page_lab] = {"/lab.html", "/lab"}};

static const char *type_of(const char *path)
{
    static const char *const types[][2] = {{".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"}, {".css", "text/css; charset=utf-8"},
        {".json", "application/json; charset=utf-8"}, {".map", "application/json; charset=utf-8"},
        {".svg", "image/svg+xml; charset=utf-8"}, {".png", "image/png"}, {".ico", "image/x-icon"},
        {".woff2", "font/woff2"}, {".wasm", "application/wasm"},
        {".txt", "text/plain; charset=utf-8"},
        {".webmanifest", "application/manifest+json; charset=utf-8"}};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(dot, types[i][0]) == 0) {
            return types[i][1];
        }
    }
    return "application/octet-stream";
}

/* NULL when it would not be smaller. */
static unsigned char *gzip(const void *bytes, size_t n, size_t *out_n)
{
    z_stream z = {0};
    if (n < 256 || deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
        return NULL;
    }
    unsigned char *out = malloc(n);
    z.next_in = (z_const Bytef *)bytes;
    z.avail_in = (uInt)n;
    z.next_out = out;
    z.avail_out = (uInt)n;
    int rc = out ? deflate(&z, Z_FINISH) : Z_MEM_ERROR;
    *out_n = n - z.avail_out;
    deflateEnd(&z);
    if (rc != Z_STREAM_END) {
        free(out);
        return NULL;
    }
    return out;
}

static struct MHD_Response *response_of(
    const struct static_file *file, void *bytes, size_t n, bool compressed, bool embed)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(n, bytes, MHD_RESPMEM_MUST_FREE);
    if (!response) {
        free(bytes);
        return NULL;
    }
    reply_security_headers(response, embed);
    if (file->page && strcmp(file->path, "/") == 0 && !embed) {
        MHD_del_response_header(
            response, "X-Robots-Tag", "noindex"); /* the home page alone may be found */
    }
    MHD_add_response_header(response, "Content-Type", file->type);
    MHD_add_response_header(response, "ETag", file->etag);
    MHD_add_response_header(response, "Vary", "Accept-Encoding");
    MHD_add_response_header(response, "Cache-Control",
        file->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (compressed) {
        MHD_add_response_header(response, "Content-Encoding", "gzip");
    }
    return response;
}

static void *copy(const void *bytes, size_t n)
{
    void *out = malloc(n ? n : 1);
    if (out) {
        memcpy(out, bytes, n);
    }
    return out;
}

/* Takes nothing; `path` is how it is asked for. */
static bool add(
    http_server *server, const char *path, const char *type, const void *bytes, size_t n, bool page)
{
    struct static_file *grown = realloc(server->file, (server->files + 1) * sizeof(*grown));
    uint8_t hash[STORE_HASH_BYTES];
    size_t small_n = 0;
    if (!grown) {
        return false;
    }
    server->file = grown;
    struct static_file *file = &grown[server->files];
    *file = (struct static_file){.path = strdup(path), .type = type, .page = page};
    if (!file->path) {
        return false;
    }
    server->files++;
    store_sha256(bytes, n, hash);
    file->etag[0] = '"';
    store_hex(hash, 10, file->etag + 1);
    strcat(file->etag, "\"");
    file->immutable = strncmp(path, "/assets/", 8) == 0;
    void *plain = copy(bytes, n), *embed = page ? copy(bytes, n) : NULL;
    unsigned char *small = gzip(bytes, n, &small_n);
    file->plain = plain ? response_of(file, plain, n, false, false) : NULL;
    file->gzip = small ? response_of(file, small, small_n, true, false) : NULL;
    file->embed = embed ? response_of(file, embed, n, false, true) : NULL;
    return file->plain != NULL;
}

static bool read_file(
    http_server *server, const char *path, const char *shown, char *why, size_t room)
{
    FILE *in = fopen(path, "rb");
    char *bytes = malloc(FILE_MAX + 1);
    size_t n = in && bytes ? fread(bytes, 1, FILE_MAX + 1, in) : 0;
    bool ok = in && bytes && !ferror(in) && n <= FILE_MAX && server->files < FILES_MAX;
    if (in) {
        fclose(in);
    }
    ok = ok && add(server, shown, type_of(shown), bytes, n, false);
    for (size_t i = 0; ok && i < sizeof pages / sizeof pages[0]; i++) {
        if (strcmp(shown, pages[i].file) == 0) {
            ok = add(server, pages[i].path, type_of(shown), bytes, n, true);
        }
    }
    if (!ok) {
        snprintf(why, room, "cannot take %s (too large, too many, or unreadable)", path);
    }
    free(bytes);
    return ok;
}

static bool read_dir(
    http_server *server, const char *dir, const char *shown, int depth, char *why, size_t room)
{
    DIR *open_dir = depth < 8 ? opendir(dir) : NULL;
    bool ok = open_dir != NULL;
    if (!ok) {
        snprintf(why, room, "cannot read the directory %s", dir);
    }
    for (struct dirent *entry; ok && (entry = readdir(open_dir)) != NULL;) {
        char path[4096], name[1024];
        struct stat st;
        if (entry->d_name[0] == '.') {
            continue;
        }
        ok = snprintf(path, sizeof path, "%s/%s", dir, entry->d_name) < (int)sizeof path &&
             snprintf(name, sizeof name, "%s/%s", shown, entry->d_name) < (int)sizeof name &&
             stat(path, &st) == 0;
        if (ok && S_ISDIR(st.st_mode)) {
            ok = read_dir(server, path, name, depth + 1, why, room);
        } else if (ok && S_ISREG(st.st_mode)) {
            ok = read_file(server, path, name, why, room);
        }
    }
    if (open_dir) {
        closedir(open_dir);
    }
    return ok;
}

static const struct static_file *exact(const http_server *server, const char *path)
{
    for (size_t i = 0; i < server->files; i++) {
        if (strcmp(server->file[i].path, path) == 0) {
            return &server->file[i];
        }
    }
    return NULL;
}

bool static_load(http_server *server, char *why, size_t room)
{
    const char *web = server->options.web;
    if (!web) {
        return add(server, "/", type_of(".html"), no_bundle, sizeof no_bundle - 1, true);
    }
    if (!read_dir(server, web, "", 0, why, room)) {
        return false;
    }
    if (!exact(server, "/")) {
        snprintf(why, room, "%s holds no index.html: build the pages first", web);
        return false;
    }
    return true;
}

void static_release(http_server *server)
{
    for (size_t i = 0; i < server->files; i++) {
        struct static_file *file = &server->file[i];
        struct MHD_Response *all[] = {file->plain, file->gzip, file->embed};
        for (size_t k = 0; k < 3; k++) {
            if (all[k]) {
                MHD_destroy_response(all[k]);
            }
        }
        free(file->path);
    }
    free(server->file);
}

/* The addresses that the page itself reads: /lab, /edit/ID, /s/ID@148.7, … NULL: it is none. */
static const char *page_of(const char *path)
{
    static const struct {
        const char *root;
        size_t page;
    } roots[] = {{"/lab", page_lab}, {"/s", page_lab}, {"/r", page_lab}, {"/c", page_lab},
        {"/embed", page_lab}, {"/edit", page_home}, {"/t", page_home}, {"/docs", page_home},
        {"/library", page_home}, {"/new", page_home}, {"/trace", page_home}, {"/string", page_home},
        {"/compare", page_home}};
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        size_t n = strlen(roots[i].root);
        if (strncmp(path, roots[i].root, n) == 0 && (path[n] == 0 || path[n] == '/')) {
            bool plain =
                strspn(path + n,
                    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-@./") ==
                    strlen(path + n) &&
                !strstr(path, "..") && !strstr(path, "//");
            return plain ? pages[roots[i].page].path : NULL;
        }
    }
    return NULL;
}

const struct static_file *static_find(const http_server *server, const char *path)
{
    const struct static_file *file = exact(server, path);
    const char *page = file ? NULL : page_of(path);
    if (page && !(file = exact(server, page))) {
        file = exact(server, pages[page_home].path);
    }
    return file;
}

const struct static_file *static_missing(const http_request *r)
{
    const char *accept = http_field(&r->fields, "accept");
    bool person = accept && strstr(accept, "text/html") && strncmp(r->path, "/api/", 5) != 0 &&
                  strncmp(r->path, "/assets/", 8) != 0;
    return person ? exact(r->server, pages[page_home].path) : NULL;
}

enum MHD_Result static_queue(http_request *r, const struct static_file *file)
{
    const char *coding = http_field(&r->fields, "accept-encoding"),
               *match = http_field(&r->fields, "if-none-match");
    bool embed = file->page && strncmp(r->path, "/embed/", 7) == 0;
    if (match && !r->missing && strstr(match, file->etag)) {
        r->status = 304;
        http_reply_header(r, "ETag", file->etag);
        http_reply_header(r, "Vary", "Accept-Encoding");
        return reply_queue(r);
    }
    r->server->answered[r->missing ? 4 : 2]++;
    reap_until(r->conn, (int64_t)r->server->options.body_ms * 4);
    return MHD_queue_response(r->connection, r->missing ? 404 : 200,
        embed                                            ? file->embed
        : file->gzip && coding && strstr(coding, "gzip") ? file->gzip
                                                         : file->plain);
}
