package Gate;

=head1 NAME

Gate - the rows of ./dev bench on whatsauth_gate

=head1 DESCRIPTION

C<Gate::rows($row)> measures a static file of 1 KB behind the gate, among a
million sessions whose cookies come in random order, and beside it the same
file ungated and behind C<auth_request>, which asks another nginx, a handler in
Lua, and a sidecar in Node.  It calls $row for each, with the arguments of
C<row()> in bench.pl.

The requests of all of them are the same, cookie and all.

wrk needs almost as much of a processor as nginx.  So all servers, with one
worker each, share one processor and wrk has the other: they alone set the
rate, if they are C<busy> all the time.

=cut

use strict;
use warnings;

use Bench;
use List::Util qw( sum );
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( write_file );
use Test::WhatsAuth::Process qw( processor_seconds );

my $SESSIONS = $ENV{BENCH_SESSIONS} // 1_000_000;
my $CONNECTIONS = 64;
my $BYTES = 1024;

# The processors: the servers share one and wrk has the other.
my $SERVERS = 0;
my $CLIENT = 1;

# The peers of the gate, in the order of the rows.

my @PEERS = (
    [ 'open', 'file behind the gate vs the same ungated', 0.85 ],
    [ 'proxy', 'the same vs auth_request to return 204 by keep-alive', 1.6 ],
    [ 'lua', 'the same vs auth_request to Lua with a shared dict' ],
    [ 'node', 'the same vs auth_request to node:http' ],
    [ 'express', 'the same vs auth_request to Express with sessions', 8 ],
);

my ($nginx, $other, $root, $sidecar, $said_by_sidecar, %length);

END {
    kill 'TERM', $sidecar if $sidecar;
}


sub rows {
    my ($row) = @_;

    my @ports = map { slot_port($_) } 17, 18;

    start(@ports);
    start_sidecar(@ports);
    die "Lua has no sessions\n" if $nginx->get('/load-lua')->{body} !~ /ready/;
    check();

    output('taskset', '-a', '-c', '-p', $SERVERS, $_) for servers();
    measure($row, $_) for @PEERS;

    stop_sidecar();
    bench_close($nginx, $other);

    return;
}


sub start {
    my (@ports) = @_;

    ($other) = bench_site();

    $nginx = bench_nginx(workers => 1, app => 'login on;',
        modules => [ qw( ndk_http_module.so ngx_http_lua_module.so ) ],
        more => http($other->port, @ports), server => server());
    $root = $nginx->root;

    mkdir "$root/files" or die "$root/files: $!\n";
    write_file("$root/files/1k", 'x' x $BYTES);
    $length{requests} = sessions($nginx, $SESSIONS, pick => $SESSIONS,
        tokens => "$root/tokens", requests => "$root/requests");

    return;
}


sub start_sidecar {
    my (@ports) = @_;

    $sidecar = open $said_by_sidecar, '-|', 'node',
                    "$TOP/build/sidecar/sidecar.mjs", $root, @ports
               or die "node: $!\n";
    ($length{'requests-express'}) = (<$said_by_sidecar> // '') =~ /^(\d+)$/
        or die "the sidecar does not start\n";

    return;
}


sub stop_sidecar {
    kill 'TERM', $sidecar;
    waitpid $sidecar, 0;
    $sidecar = undef;

    return;
}


sub servers {
    return $nginx->workers, $other->workers, $sidecar;
}


# All let the same in, and those who look at the cookie nobody else.

sub check {
    for my $name ('gated', map { $_->[0] } @PEERS) {
        my $cookie = first_cookie($name);
        my $none = $cookie =~ s/=(?:s:)?\K..../AAAA/r;
        my $good = $nginx->get("/$name/1k", { Cookie => $cookie });
        my $bad = $nginx->get("/$name/1k", { Cookie => $none })->{status};

        die "/$name/ answers $good->{status} and $bad\n"
            if $good->{status} != 200 || length $good->{body} != $BYTES
               || $bad != ($name =~ /open|proxy/ ? 200 : 401);
    }

    return;
}


sub first_cookie {
    my ($name) = @_;

    my $file = "$root/" . requests($name);
    open my $in, '<', $file or die "$file: $!\n";
    my ($cookie) = join('', map { scalar <$in> } 1, 2) =~ /Cookie: (\S+)/;

    return $cookie;
}


# The processors' time is that of all servers, without the client.

sub measure {
    my ($row, $peer) = @_;

    my ($name, $text, $target) = @$peer;
    my %times;

    my ($ours, $theirs) = interleave(map { my $path = $_; sub {
        my ($rate, $microseconds) = run($path);
        push @{ $times{$path} }, $microseconds;
        return $rate;
    } } 'gated', $name);

    my ($our_time, $their_time)
        = map { median(@{ $times{$_} }) } 'gated', $name;

    $row->($text, $target ? '>=' : '', $target // '', $ours / $theirs,
           sprintf '%.0f vs %.0f /s, %.1f vs %.1f us of processor, '
                   . '%.0f vs %.0f %% busy', $ours, $theirs, $our_time,
                   $their_time, $ours * $our_time / 1e4,
                   $theirs * $their_time / 1e4);

    return;
}


# The rate, and the processors' time of a request.

sub run {
    my ($name) = @_;

    my $requests = requests($name);
    my @servers = servers();
    my $before = sum map { processor_seconds($_) } @servers;

    my $run = wrk($nginx, "/$name/1k", connections => $CONNECTIONS,
                  method => 'GET', file => "$root/$requests",
                  length => $length{$requests}, again => 1, cpu => $CLIENT,
                  threads => 1);
    my $spent = sum(map { processor_seconds($_) } @servers) - $before;

    return $run->{rate}, 1e6 * $spent / $run->{requests};
}


sub requests {
    my ($name) = @_;

    return $name eq 'express' ? 'requests-express' : 'requests';
}


# Configuration

sub http {
    my ($other, $node, $express) = @_;

    return <<"END";
    sendfile on;
    lua_shared_dict sessions 512m;

    @{[ map { upstream(@$_) } [ other => $other ], [ node => $node ],
                              [ express => $express ] ]}
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Content-Length "";
    proxy_pass_request_body off;
END
}


sub upstream {
    my ($name, $port) = @_;

    return <<"END";
    upstream $name {
        server 127.0.0.1:$port;
        keepalive 128;
        keepalive_requests 1000000000;
    }
END
}


sub server {
    return <<'END' . join '', map { asking($_) } qw( proxy lua node express );
location /login/ { whatsauth_login demo; }
        location /gated/ {
            whatsauth_gate demo;
            whatsauth_gate_numbers any;
            alias files/;
        }
        location /open/ { alias files/; }
        location = /ask-proxy {
            internal;
            proxy_pass http://other/hook;
        }
        location = /ask-node {
            internal;
            proxy_pass http://node/;
        }
        location = /ask-express {
            internal;
            proxy_pass http://express/;
        }
        location = /ask-lua {
            internal;
            content_by_lua_block {
                local ends = ngx.shared.sessions:get(ngx.var["cookie_wa-demo"])

                if not ends or ends < ngx.now() then
                    ngx.exit(401)
                end

                ngx.header["X-Phone"] = "+56911111111"
                ngx.exit(204)
            }
        }
        location = /load-lua {
            content_by_lua_block {
                local sessions = ngx.shared.sessions
                local ends = ngx.now() + 12 * 3600

                for token in io.lines(ngx.config.prefix() .. "tokens") do
                    assert(sessions:safe_set(token, ends))
                end

                ngx.say("ready")
            }
        }
END
}


sub asking {
    my ($name) = @_;

    return <<"END";
        location /$name/ {
            auth_request /ask-$name;
            alias files/;
        }
END
}


1;
