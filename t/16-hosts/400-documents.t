# docs/HOSTS.md: the servers start with its configurations, become the plant
# that it promises by its commands, let the module's user do what it needs and
# nothing else, and come back from a backup.

use strict;
use warnings;

use lib 't/lib';
use File::Path qw( make_path remove_tree );
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( read_file );
use Test::WhatsAuth::Valkey;
use Test::WhatsAuth::ValkeyServer;

my $why = Test::WhatsAuth::Valkey::why_not();
plan skip_all => $why if $why;

my ($cli) = grep { -x } map { "/usr/bin/$_" } qw( valkey-cli redis-cli );
my $text = read_file("$TOP/docs/HOSTS.md");
my ($cluster, $sentinel, $tls) = $text =~ /^```conf\n(.*?)^```$/msg;
my $folder = slot_folder() . '/documents';
my $port = slot_port(10);

# The hosts of the page are addresses of loopback here.

sub here {
    my ($lines) = @_;

    return $lines =~ s/\b10\.0\.0\.(\d)\b/127.0.4.$1/gr
                  =~ s{/var/lib/valkey}{$folder}gr
                  =~ s{/etc/valkey}{$folder}gr
                  =~ s{\b26379\b}{slot_port(16)}ger
                  =~ s{\b63(\d\d)\b}{$port + $1 - 79}ger;
}

# The lines of the first host's first server, as server $n of a host has them.
# All Sentinels watch the first host.

sub lines_of {
    my ($lines, $host, $n) = @_;

    my $own = $lines =~ s/^(?!sentinel)(.*)\b10\.0\.0\.1\b/${1}10.0.0.$host/gmr
                     =~ s/\b6379\b/6379 + $n/ger;

    # A host has one address, and all ports; loopback must say which it is.
    return split(/\n/, here($own)), "bind-source-addr 127.0.4.$host",
           $own =~ /^cluster-/m ? 'cluster-port ' . ($port + 3 + $n) : ();
}

# Options: lines, and others of the server.

sub start_server {
    my ($host, $n, %option) = @_;

    my @lines = @{ $option{lines} };
    my ($dir) = map { /^dir (.*)/ ? "$1-$host" : () } @lines;

    remove_tree($dir);
    make_path($dir);
    s/^dir .*/dir $dir/ for @lines;

    return Test::WhatsAuth::ValkeyServer->start(host => "127.0.4.$host",
        port => $port + $n, folder => $dir,
        login => { user => 'admin', password => 'ADMIN_PASSWORD' },
        %option, lines => \@lines);
}

# A command of the page.

sub command {
    my ($begin) = @_;

    my ($command) = $text =~ /^(\Qvalkey-cli --user admin $begin\E.*?[^\\])\n/ms
        or die "no command $begin in the page\n";

    local $ENV{REDISCLI_AUTH} = 'ADMIN_PASSWORD';
    my $line = here($command) =~ s/^valkey-cli/$cli/r;
    $line .= ' --cluster-yes' if $line =~ /--cluster/;

    return scalar `$line 2>&1`;
}

# The cluster

my @servers;

for my $host (1 .. 3) {
    push @servers, map {
        start_server($host, $_, lines => [ lines_of($cluster, $host, $_) ])
    } 0 .. 2;
}

$_->wait_for for @servers;
pass 'the cluster - each server starts';

like command('--cluster create'), qr/All 16384 slots covered/,
    'the cluster - its command makes one of them';

# A host has one primary, and with it one replica of each other host's.

sub hosts_of_parts {
    my ($server) = @_;

    my @parts = sort { $a->[0] <=> $b->[0] }
                @{ $server->call('CLUSTER', 'SLOTS') };

    return map { join ' ', map { $_->[0] =~ s/.*\.//r } @$_[2 .. $#$_] }
           @parts;
}

my $wanted = qr/^1 (?:2 3|3 2),2 (?:1 3|3 1),3 (?:1 2|2 1)\z/;

for my $server (@servers) {
    my $seen;
    wait_until { ($seen = join ',', hosts_of_parts($server)) =~ $wanted } 30;
    like $seen, $wanted, 'the cluster - ' . $server->address
        . ' sees each part on all hosts';
}

for my $server (@servers) {
    my ($why_not) = grep { $_ } map {
        my ($name, $value) = split / /, $_, 2;
        my %is = @{ $server->call('CONFIG', 'GET', $name) };
        $is{$name} eq $value ? () : "$name is $is{$name}";
    } 'appendonly yes', 'appendfsync always', 'maxmemory-policy noeviction',
      'no-appendfsync-on-rewrite no', 'repl-diskless-load disabled', 'save ';

    is $why_not, undef, $server->address . ' - has the settings';
}

# nginx, with each directive of the page

my @directives = $text =~ /^(whatsauth_store .*?;)$/msg;

sub nginx_opens {
    my ($title, $directive, $documented) = @_;

    wait_until { !grep { !follows($_) } @servers } 30;

    my $nginx = start_nginx(plain => 1, http => here($directive)
        =~ s{file:\S+(?=;)}{PASSWORD}r, app => 'callback_on failed;');
    my $opened = wait_until { $nginx->issue->{status} == 200 } 20;

    ok $opened, "$title - nginx issues a code" or diag $nginx->error_log;
    is join('', grep { !$documented || !/$documented/ }
                $nginx->error_log =~ /^.*\[(?:warn|alert|crit)\].*\n/mg), '',
        "$title - nginx finds nothing wrong";
    $nginx->stop;
}

# A primary has both replicas, and a replica has all that its primary has.

# A replica that has just come confirms nothing yet: it loads what it was sent.

sub follows {
    my ($server) = @_;

    my ($role, @rest) = @{ $server->call('ROLE') };

    return $role eq 'master' ? 2 == grep { $_->[2] > 0 } @{ $rest[1] }
                             : $rest[2] eq 'connected';
}

nginx_opens('the cluster', $directives[0]);

# The module's user

my ($server) = @servers;
my $client = $server->client(user => 'whatsauth', password => 'PASSWORD');

is join(' ', sort $cluster =~ /^user whatsauth .*? -\@all (.*)$/m
             ? map { s/^\+//r } split / /, $1 : ()),
   join(' ', sort @COMMANDS), 'the user - may use the commands of the tests';
like $client->error('GET', 'other'), qr/^NOPERM/,
    'the user - may not read keys of others';

for my $command ('KEYS *', 'FLUSHALL', 'EVAL 0 0', 'ACL WHOAMI', 'SAVE',
                 'CONFIG SET x y', 'CLUSTER FAILOVER', 'SHUTDOWN', 'MONITOR')
{
    like $client->error(split / /, $command), qr/^NOPERM/,
        "the user - may not $command";
}

like eval { $server->client(user => 'default', password => '') } // $@,
    qr/WRONGPASS/, 'nobody gets in without a name';

# Sentinel

$_->kill for @servers;

my $alone = $cluster =~ s/^cluster-.*\n//mgr;
my ($follow) = $text =~ /`(replicaof [^`]+)`/;

@servers = map {
    start_server($_, 0, lines => [ lines_of($alone, $_, 0),
                                   $_ == 1 ? () : here($follow) ])
} 1 .. 3;
$_->wait_for for @servers;

my @sentinels = map {
    start_server($_, slot_port(16) - $port, login => {},
                 arguments => ['--sentinel'],
                 lines => [ lines_of($sentinel, $_, 0) ])
} 1 .. 3;
$_->wait_for for @sentinels;

my $watched = wait_until {
    !grep {
        my %wa = @{ $_->call('SENTINEL', 'MASTER', 'wa') };
        $wa{'num-slaves'} != 2 || $wa{'num-other-sentinels'} != 2;
    } @sentinels;
} 30;
ok $watched, 'Sentinel - knows the servers and the others';

nginx_opens('Sentinel', $directives[1], qr/Sentinel may lose logins/);

$servers[0]->kill;
my $promoted = wait_until {
    my $address = join ':', @{ $sentinels[0]->call('SENTINEL',
        'GET-MASTER-ADDR-BY-NAME', 'wa') };
    $address ne $servers[0]->address && $address;
} 30;
ok scalar(grep { $_->address eq $promoted } @servers[1, 2]),
    'Sentinel - a replica takes over' or diag $promoted;
$_->kill for @servers, @sentinels;

# TLS

my $ca = make_certificates();
my %file = ('server.pem' => ($ca->issue('valkey.test'))[0],
            'server.key' => ($ca->issue('valkey.test'))[1],
            'ca.pem' => $ca->file);
make_path("$folder/tls");
symlink $file{$_}, "$folder/tls/$_" or die "$_: $!\n" for keys %file;

my $server_of_tls = start_server(1, 0, ca => $ca->file,
    lines => [ grep { !/^port / } lines_of("$cluster$tls", 1, 0) ]);
$server_of_tls->wait_for;
pass 'TLS - a client that verifies the server is let in';

# ./dev run --hosts has the same servers.

my $demo = read_file("$TOP/demo/valkey.conf");
my %same = (PASSWORD => '@STORE_PASSWORD@',
            ADMIN_PASSWORD => '@ADMIN_PASSWORD@');
my @missing = grep {
    !/^(?:bind|port|dir|maxmemory|$)\b/ && $demo !~ /^\Q$_\E$/m
} map { s/\b(ADMIN_PASSWORD|PASSWORD)\b/$same{$1}/gr } split /\n/, $cluster;

is join("\n", @missing), '', 'the demo - has the lines of the page';

done_testing;
