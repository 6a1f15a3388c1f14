package Test::WhatsAuth::Valkey;

=head1 NAME

Test::WhatsAuth::Valkey - real servers of Valkey or Redis, as operators run them

=head1 SYNOPSIS

    my $valkey = start_valkey();                  # one server
    my $valkey = start_valkey(replicas => 1);
    my $valkey = start_valkey(cluster => 3, replicas => 2);     # nine servers
    my $valkey = start_valkey(replicas => 2, sentinels => 3);

    $valkey->primary->call('SET', 'key', 'value');
    $valkey->primary($slot)->kill;
    $valkey->wait_until_settled;

Each server has an address of its own in 127.0.1.0/24, and all of them the same
port; on hosts of their own they have the addresses of these.  They write as
docs demand: each write is on the disk before its answer.  They end with the
test.

Options: C<acl>: only the user C<whatsauth> with C<$PASSWORD> may connect, and
use no other command than C<@COMMANDS>; C<tls>, a
L<Test::WhatsAuth::Certificates>: TLS alone; C<node_timeout>: after so many
milliseconds (2000) a server that does not answer has failed; C<lines>: an array
of lines for each server's configuration; C<hosts>: an array of
L<Test::WhatsAuth::Hosts>, over which the servers are spread so that no primary
has its replicas on its own host; C<proxies>: before each server stands
a L<Test::WhatsAuth::ValkeyProxy>, C<< $server->{proxy} >>, whose port the
cluster tells everybody.  Their own bus does not pass there: they know each
other even if no client comes through.

C<$AWAY> is a pattern of what nginx rightly logs when its store is away, be it
for a moment: what it sees of the store, and that the end of a callback could
not be stored, of a login that the test may long be done with.

=head1 METHODS

=over

=item why_not()

Why there are no servers, or undef.

=item url()

What C<whatsauth_store> calls it.

=item servers(), sentinels()

Each a L<Test::WhatsAuth::ValkeyServer>.

=item primary($slot), replicas($slot)

Those which serve this slot now, by what the servers that run say.

=item slots_in_use($server)

Those of its slots that hold keys.

=item move_slot($slot, $to)

Gives it to another primary with all its keys, a few at a time, as operators do
while others use them.

=item wait_until_settled()

Returns when every slot has one primary that all servers know, and all others
that run are replicas and follow theirs.

=item stop()

=back

=cut

use strict;
use warnings;

use Exporter qw( import );
use Test::WhatsAuth qw( slot_folder slot_port wait_until );
use Test::WhatsAuth::ValkeyProxy;
use Test::WhatsAuth::ValkeyServer;

our @EXPORT = qw( start_valkey $AWAY $PASSWORD @COMMANDS );

our $PASSWORD = 'password-of-the-store';

my $UNSTORED = 'the end of a callback could not be stored: '
               . 'the store cannot commit';

our $AWAY = qr/whatsauth store "|$UNSTORED/;

# Those of the module and of its scripts.
our @COMMANDS = qw( asking auth cluster|slots config|get del evalsha exists get
    getrange hdel hget hincrby info mset pexpire ping script|load set spublish
    ssubscribe sunsubscribe time wait zadd zrangebylex zrem );

use constant {
    KEYS_AT_ONCE => 20,
    SECONDS => 60,
    SLOTS => 16384,
};

# The server takes no address but 127.0.0.1 for one of its own machine.
my @LOCAL = ('protected-mode no');

my @DURABLE = ('appendonly yes', 'appendfsync always', 'save ""',
    'auto-aof-rewrite-percentage 0', 'maxmemory-policy noeviction',
    'repl-diskless-sync-delay 0', 'repl-ping-replica-period 1');

my @ACL = ('user default off', 'user admin on >admin ~* &* +@all',
    'user whatsauth on >' . $PASSWORD . ' ~wa:* &wa:* -@all '
    . join(' ', map { "+$_" } @COMMANDS),
    'masteruser admin', 'masterauth admin');

my $plants = 0;


sub why_not {
    return defined Test::WhatsAuth::ValkeyServer::program()
           ? undef : 'neither valkey-tools nor redis-tools is installed';
}


sub start_valkey {
    my (%option) = @_;

    my $self = bless {
        cluster => 0, replicas => 0, sentinels => 0, node_timeout => 2000,
        lines => [], %option,
        folder => slot_folder() . '/valkey-' . ++$plants,
        servers => [], sentinel_servers => [],
    }, __PACKAGE__;

    my $primaries = $self->{cluster} || 1;

    $self->add_server for 1 .. $primaries * (1 + $self->{replicas});
    $_->wait_for for $self->servers;

    $self->{cluster} ? $self->form_cluster : $self->follow;
    $self->wait_until_settled;
    $self->watch if $self->{sentinels};

    return $self;
}


sub url {
    my ($self) = @_;

    my $scheme = $self->{tls} ? 'valkeys' : 'valkey';

    return "$scheme+sentinel://"
           . join(',', map { $_->address } $self->sentinels) . '?name=wa'
        if $self->{sentinels};

    my @servers = ($self->servers)[0 .. ($self->{cluster} || 1) - 1];

    return "$scheme://" . join ',', map { $_->told } @servers;
}


sub servers { return @{ $_[0]{servers} } }

sub sentinels { return @{ $_[0]{sentinel_servers} } }

sub running { return grep { $_->is_running } $_[0]->servers }


# The numbers of hosts are not used again: a plant may follow another one.

my $hosts = 0;

sub add_server {
    my ($self) = @_;

    my ($host, $port, $on) = $self->place_of(scalar $self->servers);
    my $folder = "$self->{folder}/$host-$port";

    my $server = Test::WhatsAuth::ValkeyServer->start(
        host => $host, port => $port, folder => $folder, on => $on,
        bus => $port - 1, $self->login,
        lines => ["bind $host", "bind-source-addr $host", "dir $folder",
                  @LOCAL, @DURABLE,
                  $self->listen($port), $self->cluster_lines($host, $port - 1),
                  $self->{acl} ? @ACL : (), @{ $self->{lines} }],
    );

    $server->{proxy} = Test::WhatsAuth::ValkeyProxy->start($server)
        if $self->{proxies};

    push @{ $self->{servers} }, $server;
}


# The first servers are the primaries, each on another host than the next; the
# first replica of each is one host further than it, the second one two.

sub place_of {
    my ($self, $n) = @_;

    if (!$self->{hosts}) {
        return '127.0.1.' . ++$hosts, slot_port(19);
    }

    my @on = @{ $self->{hosts} };
    my $round = int $n / ($self->{cluster} || 1);
    my $on = $on[($n + $round) % @on];

    return $on->address, slot_port(19) - 2 * $round, $on;
}


sub login {
    my ($self) = @_;

    return (ca => $self->{tls} && $self->{tls}->file,
            login => $self->{acl} ? { user => 'admin', password => 'admin' }
                     : {});
}


sub listen {
    my ($self, $port) = @_;

    return "port $port" unless $self->{tls};

    my @addresses = map { $_->address } @{ $self->{hosts} // [] };
    push @addresses, map { "127.0.1.$_" } 1 .. 99 unless @addresses;

    my ($certificate, $key) = @{ $self->{certificate} //=
        [ $self->{tls}->issue('valkey.test', @addresses) ] };

    return ('port 0', "tls-port $port", "tls-cert-file $certificate",
            "tls-key-file $key", 'tls-ca-cert-file ' . $self->{tls}->file,
            'tls-auth-clients no', 'tls-replication yes',
            $self->{cluster} ? 'tls-cluster yes' : ());
}


# A part of the cluster that is lost does not stop the others.

sub cluster_lines {
    my ($self, $host, $bus) = @_;

    return unless $self->{cluster};

    return ('cluster-enabled yes', "cluster-port $bus",
            "cluster-announce-ip $host",
            $self->{proxies} ? 'cluster-announce-port ' . slot_port(16) : (),
            "cluster-node-timeout $self->{node_timeout}",
            'cluster-allow-replica-migration no',
            'cluster-require-full-coverage no');
}


sub follow {
    my ($self) = @_;

    my ($primary, @replicas) = $self->servers;

    $_->call('REPLICAOF', $primary->{host}, $primary->{port}) for @replicas;
}


# The first servers are the primaries; each replica follows one in turn.

sub form_cluster {
    my ($self) = @_;

    my ($n, @servers) = ($self->{cluster}, $self->servers);

    for my $i (0 .. $n - 1) {
        $servers[$i]->call('CLUSTER', 'SET-CONFIG-EPOCH', $i + 1);
        $servers[$i]->call('CLUSTER', 'ADDSLOTSRANGE',
            int(SLOTS * $i / $n), int(SLOTS * ($i + 1) / $n) - 1);
    }

    for my $server (@servers[1 .. $#servers]) {
        $_->call('CLUSTER', 'MEET', $server->{host}, $server->{port},
                 $server->{bus}) for $servers[0];
    }

    for my $i ($n .. $#servers) {
        my $id = $servers[$i % $n]->call('CLUSTER', 'MYID');

        wait_until {
            eval { $servers[$i]->call('CLUSTER', 'REPLICATE', $id) };
        } SECONDS or die "no replica: $@";
    }
}


sub watch {
    my ($self) = @_;

    my $port = slot_port(18);
    my ($primary) = $self->servers;

    for my $n (1 .. $self->{sentinels}) {
        my ($host, $on) = $self->place_of_sentinel($n - 1);
        my $folder = "$self->{folder}/$host-$port";

        push @{ $self->{sentinel_servers} },
            Test::WhatsAuth::ValkeyServer->start(
                host => $host, port => $port, folder => $folder, on => $on,
                arguments => ['--sentinel'],
                lines => ["bind $host", "dir $folder", @LOCAL,
                    "port $port", "sentinel announce-ip $host",
                    "sentinel monitor wa $primary->{host} $primary->{port} 2",
                    "sentinel down-after-milliseconds wa $self->{node_timeout}",
                    'sentinel failover-timeout wa 10000'],
            );
    }

    $_->wait_for for $self->sentinels;

    wait_until { $self->is_watched } SECONDS
        or die "the sentinels do not find each other\n";
}


sub place_of_sentinel {
    my ($self, $n) = @_;

    my @on = @{ $self->{hosts} // [] };

    return @on ? ($on[$n % @on]->address, $on[$n % @on])
               : '127.0.1.' . ++$hosts;
}


sub is_watched {
    my ($self) = @_;

    for my $sentinel ($self->sentinels) {
        my %wa = @{ $sentinel->call('SENTINEL', 'MASTER', 'wa') };

        return 0 if $wa{'num-slaves'} != $self->{replicas}
                    || $wa{'num-other-sentinels'} != $self->{sentinels} - 1;
    }

    return 1;
}


sub primary {
    my ($self, $slot) = @_;

    return ($self->of_slot($slot // 0))[0];
}


sub replicas {
    my ($self, $slot) = @_;

    my ($primary, @replicas) = $self->of_slot($slot // 0);

    return @replicas;
}


# The primary of a slot and its replicas, as the first server that runs has it.

sub of_slot {
    my ($self, $slot) = @_;

    my %server = map { $_->address => $_, $_->told => $_ } $self->servers;

    if (!$self->{cluster}) {
        my ($primary) = grep { $_->call('ROLE')->[0] eq 'master' }
            $self->running or return;
        my $replicas = $primary->call('ROLE')->[2];

        return $primary, map { $server{"$_->[0]:$_->[1]"} } @$replicas;
    }

    my ($first) = $self->running;

    for my $range (@{ $first->call('CLUSTER', 'SLOTS') }) {
        my ($from, $to, @nodes) = @$range;

        return map { $server{"$_->[0]:$_->[1]"} } @nodes
            if $from <= $slot && $slot <= $to;
    }

    return;
}


sub slots_in_use {
    my ($self, $server) = @_;

    my @slots = map { my ($from, $to, $primary) = @$_;
                      "$primary->[0]:$primary->[1]" eq $server->told
                      ? $from .. $to : () }
                @{ $server->call('CLUSTER', 'SLOTS') };
    my @counts = $server->client->pipeline(
        map { [ 'CLUSTER', 'COUNTKEYSINSLOT', $_ ] } @slots);

    return @slots[grep { $counts[$_] } 0 .. $#slots];
}


sub move_slot {
    my ($self, $slot, $to) = @_;

    my $from = $self->primary($slot);
    my ($from_id, $to_id) = map { $_->call('CLUSTER', 'MYID') } $from, $to;

    $to->call('CLUSTER', 'SETSLOT', $slot, 'IMPORTING', $from_id);
    $from->call('CLUSTER', 'SETSLOT', $slot, 'MIGRATING', $to_id);

    while (my @keys = @{ $from->call('CLUSTER', 'GETKEYSINSLOT', $slot,
                                     KEYS_AT_ONCE) })
    {
        $from->call('MIGRATE', $to->{host}, $to->{port}, '', 0, 5000, 'KEYS',
                    @keys);
    }

    $_->call('CLUSTER', 'SETSLOT', $slot, 'NODE', $to_id) for $to, $from;
}


sub wait_until_settled {
    my ($self) = @_;

    wait_until { eval { $self->is_settled } } SECONDS
        or die "the servers do not settle: $@\n";
}


# A replica that has just come confirms nothing yet: it loads what it was sent.

sub is_settled {
    my ($self) = @_;

    my @roles = map { $_->call('ROLE') } $self->running;
    my @primaries = grep { $_->[0] eq 'master' } @roles;
    my @replicas = grep { $_->[0] ne 'master' && $_->[3] eq 'connected' }
                   @roles;
    my @followers = grep { $_->[2] > 0 } map { @{ $_->[2] } } @primaries;

    return @primaries == ($self->{cluster} || 1)
           && @primaries + @replicas == @roles
           && @followers == @replicas
           && $self->is_agreed;
}


# Every server of the cluster knows all slots, each with the same primary, and
# all servers that run.

sub is_agreed {
    my ($self) = @_;

    return 1 unless $self->{cluster};

    my %views;

    for my $server ($self->running) {
        my @ranges = sort { $a->[0] <=> $b->[0] }
                     @{ $server->call('CLUSTER', 'SLOTS') };
        my ($slots, %known) = 0;

        for my $range (@ranges) {
            my ($from, $to, @nodes) = @$range;

            $slots += $to - $from + 1;
            $known{"$_->[0]:$_->[1]"} = 1 for @nodes;
        }

        $views{ join ' ', map { "$_->[0] $_->[2][0]:$_->[2][1]" } @ranges } = 1;

        return 0 if $slots != SLOTS || keys %known != $self->running
                    || $server->call('CLUSTER', 'INFO')
                       !~ /^cluster_state:ok\r?$/m;
    }

    return keys %views == 1;
}


sub stop {
    my ($self) = @_;

    $_->{proxy} && $_->{proxy}->stop for $self->servers;
    $_->kill for $self->servers, $self->sentinels;
}


1;
