# An nginx that has loaded the module and uses none of its directives behaves
# exactly like one without it.

use strict;
use warnings;

use lib 't/lib';
use File::Find qw( find );
use File::Path qw( make_path );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( read_file );
use Time::HiRes qw( sleep );

# Longer than the module's scan for due work takes from one to the next.
my $REST = 2.5;

plan skip_all => 'the module is linked into this nginx' if !module_lines();


sub start {
    return start_nginx(plain => 1, apps => '', location => 'return 404;',
        log_level => 'warn', server => <<'END_OF_SERVER');
        location = /text { return 200 "text\n"; }
        location = /large { client_max_body_size 1k; proxy_pass http://127.1; }
        location = /away { return 301 /text; }
        location = /echo {
            proxy_pass http://127.0.0.1:$server_port/text$is_args$args;
        }
END_OF_SERVER
}


sub without_module {
    local $ENV{TEST_NGINX_LOAD_MODULES} = '';
    return start();
}


# Numbers that differ from run to run: pids, ports, inodes.

sub alike {
    my ($nginx, @lines) = @_;

    my ($root, $port) = ($nginx->root, $nginx->port);

    return map { s/\Q$root\E/ROOT/gr =~ s/\b$port\b/PORT/gr
                 =~ s/\[\d+\]/[]/gr } @lines;
}


# Descriptors, shared memory and threads of a process.

sub holdings {
    my ($nginx, $pid) = @_;

    no warnings 'portable';     # addresses have 64 bits

    my @maps = split /\n/, read_file("/proc/$pid/maps");
    my @shared = map { /^(\w+)-(\w+) ...s \S+ \S+ \S+\s*(.*)/
                       ? hex($2) - hex($1) . " $3" : () } @maps;
    my @threads = glob "/proc/$pid/task/*";

    return {
        descriptors => [ sort(alike($nginx, map { readlink $_ // '' }
                                            glob "/proc/$pid/fd/*")) ],
        shared => [ sort @shared ],
        threads => scalar @threads,
    };
}


sub processes {
    my ($nginx) = @_;

    my $master = $nginx->pid;
    my @children = split ' ', read_file("/proc/$master/task/$master/children");

    return [ map { holdings($nginx, $_) } $master, sort @children ];
}


# The number of times that the workers have slept: any timer wakes them.

sub naps {
    my ($nginx) = @_;

    my %naps;

    for my $pid ($nginx->workers) {
        ($naps{$pid}) = read_file("/proc/$pid/status")
                        =~ /^voluntary_ctxt_switches:\s*(\d+)/m;
    }

    return \%naps;
}


sub files {
    my ($nginx) = @_;

    my @files;

    find({ wanted => sub { push @files, $_ }, no_chdir => 1 }, $nginx->root);
    return [ sort(alike($nginx, @files)) ];
}


sub answer {
    my ($nginx, @request) = @_;

    my $answer = $nginx->request(@request);

    delete @{ $answer->{headers} }{qw( date x-worker )};
    $_ = (alike($nginx, $_))[0] for values %{ $answer->{headers} };

    return { %$answer{qw( status headers body )} };
}


sub log_lines {
    my ($nginx, $log) = @_;

    return [ sort map { s/\d+/N/gr } alike($nginx, split /\n/, $log) ];
}


# The same size and time, and so the same ETag.

sub write_file {
    my ($nginx) = @_;

    make_path($nginx->root . '/html');
    open my $out, '>', $nginx->root . '/html/file' or die "html/file: $!\n";
    print $out "what is in the file\n";
    close $out;
    utime 1e9, 1e9, $nginx->root . '/html/file';
}


my ($without, $loaded) = (without_module(), start());
write_file($_) for $without, $loaded;

sleep 0.3;
my $naps = naps($loaded);
sleep $REST;
is_deeply naps($loaded), $naps, 'loaded and unused - no timer runs';

is_deeply processes($loaded), processes($without),
    'loaded and unused - the same descriptors, shared memory and threads';
is_deeply files($loaded), files($without), 'and the same files';

my $long = 'x' x 3000;
my $code = 'text=%3E%3E0123456789%3C%3C';

for (
    [ 'GET', "/text?$code" ],
    [ 'HEAD', '/text' ],
    [ 'POST', '/text', {}, $long ],
    [ 'GET', '/file' ],
    [ 'GET', '/file', { Range => 'bytes=1-2' } ],
    [ 'GET', '/away' ],
    [ 'GET', "/echo?$code" ],
    [ 'POST', '/echo', {}, $long ],
    [ 'POST', "/large?$code", {}, $long ],
    [ 'GET', "/api/v1/verification_code?$code" ],
    [ 'POST', '/api/v1/messages', { 'X-Hub-Signature-256' => 'sha256=00' },
      '{}' ],
    [ 'GET', '/missing' ],
    [ 'BREW', '/text' ],
) {
    is_deeply answer($loaded, @$_), answer($without, @$_),
        "loaded and unused - $_->[0] $_->[1] is answered alike";
}

# Workers that have just begun hear of each other one after the other.

$_->reload for $without, $loaded;
wait_until { eq_array(processes($loaded), processes($without)) };
is_deeply processes($loaded), processes($without),
    'loaded and unused - nothing is added by a reload';

for ($without, $loaded) {
    $_->{allow} = qr{too large body|html/missing};
    $_->stop;
}

is_deeply log_lines($loaded, $loaded->access_log),
    log_lines($without, $without->access_log),
    'loaded and unused - the same lines in the access log';
is_deeply log_lines($loaded, $loaded->error_log),
    log_lines($without, $without->error_log), 'and in the error log';

done_testing;
