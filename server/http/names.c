/* SPDX-License-Identifier: MIT
 * The names the server answers to: a request with another Host is refused, so that a page elsewhere
 * cannot have its own name point here (DNS rebinding).
 */
#include "http/internal.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void add_name(http_server *server, const char *url)
{
    struct http_name *name = &server->name[server->names];
    if (server->names < NAMES_MAX && http_name_from_url(url, name) &&
        http_name_of(server->name, server->names, name->host) == NULL) {
        server->names++;
    }
}

static bool is_loopback(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strncmp(host, "[::1]", 5) == 0 ||
           strcmp(host, "::1") == 0 || strcmp(host, "localhost") == 0 ||
           strncmp(host, "localhost:", 10) == 0;
}

static void add_host(http_server *server, const char *host)
{
    char url[320];
    bool six = strchr(host, ':') != NULL;
    snprintf(url, sizeof url, "http://%s%.250s%s:%u", six ? "[" : "", host, six ? "]" : "",
        server->port);
    add_name(server, url);
}

/* The address that packets to elsewhere leave from: the one to tell others. None is sent: UDP's
 * connect only asks the routes. */
static void add_usual(http_server *server)
{
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(9)}, here;
    socklen_t n = sizeof here;
    char text[INET_ADDRSTRLEN];
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, "192.0.2.1", &there.sin_addr); /* RFC 5737: nobody's */
    if (fd >= 0 && connect(fd, (struct sockaddr *)&there, sizeof there) == 0 &&
        getsockname(fd, (struct sockaddr *)&here, &n) == 0 &&
        inet_ntop(AF_INET, &here.sin_addr, text, sizeof text)) {
        add_host(server, text);
    }
    if (fd >= 0) {
        close(fd);
    }
}

/* Link-local addresses of IPv6 need a zone that browsers do not take. */
static void add_address(http_server *server, const struct ifaddrs *at, int family)
{
    char text[INET6_ADDRSTRLEN];
    if (!at->ifa_addr || at->ifa_addr->sa_family != family || (at->ifa_flags & IFF_LOOPBACK)) {
        return;
    }
    const void *ip = &((const struct sockaddr_in *)(const void *)at->ifa_addr)->sin_addr;
    if (family == AF_INET6) {
        const struct in6_addr *six =
            &((const struct sockaddr_in6 *)(const void *)at->ifa_addr)->sin6_addr;
        if (IN6_IS_ADDR_LINKLOCAL(six)) {
            return;
        }
        ip = six;
    }
    if (inet_ntop(family, ip, text, sizeof text)) {
        add_host(server, text);
    }
}

/* What this machine is called in its own network, the address to tell others first. */
static void add_lan(http_server *server)
{
    static const int families[] = {AF_INET, AF_INET6};
    struct ifaddrs *all = NULL;
    char host[256] = "", local[270];
    add_usual(server);
    for (size_t i = 0; i < 2 && (all || getifaddrs(&all) == 0); i++) {
        for (const struct ifaddrs *at = all; at; at = at->ifa_next) {
            add_address(server, at, families[i]);
        }
    }
    freeifaddrs(all);
    if (gethostname(host, sizeof host - 1) == 0 && host[0]) {
        add_host(server, host);
        if (!strchr(host, '.')) { /* multicast DNS */
            snprintf(local, sizeof local, "%s.local", host);
            add_host(server, local);
        }
    }
}

/* The loopback names are one machine: whoever is told one may type another. */
void names_find(http_server *server)
{
    static const char *const loopback[] = {"127.0.0.1", "localhost", "[::1]"};
    char url[320], port[280];
    bool local = is_loopback(server->options.address);
    snprintf(port, sizeof port, ":%u", server->port);
    if (server->options.public_url) {
        add_name(server, server->options.public_url);
        const char *host = server->names ? server->name[0].host : "", *colon = strrchr(host, ':');
        if (!local && is_loopback(host)) { /* in a container, seen through a port of its host */
            local = true;
            snprintf(port, sizeof port, "%s", colon && !strchr(colon, ']') ? colon : "");
        }
    }
    if (server->options.lan) {
        local = true;
        add_lan(server);
    }
    for (size_t i = 0; local && i < 3; i++) {
        snprintf(url, sizeof url, "http://%s%.8s", loopback[i], port);
        add_name(server, url);
    }
}

const char *http_server_origin(const http_server *server, size_t i)
{
    return i < server->names ? server->name[i].origin : NULL;
}

const char *http_public_base(const http_request *r)
{
    const http_server *server = r->server;
    bool near = is_loopback(r->name->host);
    return server->options.lan && near ? server->name[0].origin : r->name->origin;
}
