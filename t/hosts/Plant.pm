package Plant;

# Two hosts of nginx and a store for both, and what may happen to them.
#
#     my $plant = Plant->start($store, $site_url);
#     for my $fault ($plant->faults) { my ($name, $happen, $mend) = @$fault; }
#
# $store is cluster: 3 x (1 + 2) servers of Valkey on three hosts of their own;
# tls: the same with TLS; sentinel: 1 + 2 servers there, each beside a Sentinel;
# or lmdb: one nginx with a store of its own in the place of both.  Where hosts
# cannot be made, all of them are on loopback, and no cable can be cut.

use strict;
use warnings;

use Test::WhatsAuth::Hosts;

use List::Util qw( shuffle );
use Test::WhatsAuth;
use Test::WhatsAuth::Nginx;
use Test::WhatsAuth::Valkey;
use Time::HiRes qw( sleep );

my $RETRIES = '200ms ' x 10 . '1s ' x 20;

my $SLOTS = 16384;

# Slots that move to another server: in each that is used lies a partition.
my $MOVED = 5;

my %STORES = (
    cluster => { cluster => 3, replicas => 2 },
    tls => { cluster => 3, replicas => 2 },
    sentinel => { replicas => 2, sentinels => 3 },
);

# The replicas that confirm.  For a second after Sentinel has made one of two
# replicas primary, the other still follows the old primary: so it takes both.
my %CONFIRM = (cluster => 1, tls => 1, sentinel => 2);

my $CONF = <<'END';
whatsauth_gate_numbers any;
location /login/ { whatsauth_login demo; }
location /private/ { whatsauth_gate demo; alias html/; index index.html; }
END


sub start {
    my ($class, $store, $url) = @_;

    my $self = bless { url => $url, store => $store }, $class;

    if ($store eq 'lmdb') {
        my $nginx = $self->start_host('lmdb', undef, 'retain=1h');
        $self->{nginx} = [ $nginx, $nginx ];
        return $self;
    }

    my $shape = $STORES{$store} // die "there is no store $store\n";
    my @hosts = no_hosts() ? () : map { add_host() } 1 .. 5;
    my $authority = $store eq 'tls' ? make_certificates() : undef;
    my $option = "replicas=$CONFIRM{$store} timeout=8s retain=1h";

    $option .= ' trusted_certificate=' . $authority->file if $authority;
    $self->{valkey} = start_valkey(%$shape, tls => $authority,
        @hosts ? (hosts => [ @hosts[0 .. 2] ]) : ());
    $self->{nginx} = [ map { $self->start_host("host $_", $hosts[2 + $_],
        $option) } 1, 2 ];

    return $self;
}


sub start_host {
    my ($self, $name, $host, $store) = @_;

    my $nginx = Test::WhatsAuth::Nginx->new(
        name => $name, host => $host, store => $store,
        $self->{valkey} ? (place => $self->{valkey}->url) : (),
        callback_url => $self->{url},
        http => 'whatsauth_callback_timeout 1s;'
            . whatsauth_app(name => 'brief', token => 'token-of-tenant-brief',
                callback_url => $self->{url},
                app_secret => 'secret-of-tenant-brief',
                more => "expires 2s; callback_retry $RETRIES;"),
        app => "login on; start_limit off; expires 24h; max_live 10000000;
                callback_retry $RETRIES;",
        server => $CONF,
        allow => qr{exited[ ]on[ ]signal|$AWAY
                    |did[ ]not[ ]accept[ ]a[ ]connection|did[ ]not[ ]answer}x);

    mkdir $nginx->root . '/html';
    open my $page, '>', $nginx->root . '/html/index.html' or die "html: $!\n";
    print $page "private\n";
    close $page;

    $nginx->write_config($nginx->config);
    $nginx->launch;

    wait_for_store($nginx, $_) for $nginx->workers;

    return $nginx;
}


# Until a worker has connected for the first time it answers 503.

sub wait_for_store {
    my ($nginx, $worker) = @_;

    wait_until {
        $nginx->client($worker)->request($nginx->issue_request)->{status}
            == 200;
    } 30 or die "the store does not open\n";
}


sub nginx { return @{ $_[0]{nginx} } }

sub one_of { return $_[rand @_] }


# The faults, and how each is undone.  A fault without a way back is one that
# nginx or the servers get over by themselves.

sub faults {
    my ($self) = @_;

    my $nginx = one_of($self->nginx);
    my @faults = (
        [ 'nginx: reload', sub { $nginx->reload } ],
        [ 'nginx: upgrade', sub { upgrade($nginx) } ],
        [ 'nginx: a worker killed',
          sub { $nginx->kill_worker(one_of($nginx->workers)) } ],
        [ 'nginx: killed, all of it',
          sub { $nginx->end('KILL') }, sub { launch($nginx) } ],
    );

    push @faults, $self->store_faults if $self->{valkey};
    push @faults, $self->cable_faults($nginx) if $nginx->{host};

    return @faults;
}


sub upgrade {
    my ($nginx) = @_;

    my $old = $nginx->pid;

    $nginx->upgrade or die "no new nginx runs\n";
    kill 'QUIT', $old;
    wait_until { !Test::WhatsAuth::Nginx::is_alive($old) } 60
        or die "the old nginx does not end\n";
}


# A master that is killed leaves the file with its pid behind.

sub launch {
    my ($nginx) = @_;

    unlink $nginx->root . '/nginx.pid';
    $nginx->launch;
}


sub store_faults {
    my ($self) = @_;

    my $slot = int rand $SLOTS;
    my $primary = $self->{valkey}->primary($slot);
    my @replicas = $self->{valkey}->replicas($slot);
    my $replica = one_of(@replicas);

    return (
        [ 'primary: killed', sub { $primary->kill },
          sub { $primary->launch } ],
        [ 'primary: stopped', sub { $primary->pause },
          sub { $primary->resume } ],
        [ 'primary: comes back late',
          sub { come_back_late($primary, @replicas) } ],
        [ 'primary: hands over', sub { $self->hand_over($replica) } ],
        [ 'replica: killed', sub { $replica->kill },
          sub { $replica->launch } ],
        [ 'replica: stopped', sub { $replica->pause },
          sub { $replica->resume } ],
        $self->{valkey}{cluster}
        ? [ "slots: $MOVED partitions move", sub { $self->move_slots } ] : (),
    );
}


# It goes on when there is another primary, and does not know of it yet.

sub come_back_late {
    my ($primary, @replicas) = @_;

    $primary->pause;
    wait_until {
        grep { eval { $_->call('ROLE')->[0] eq 'master' } } @replicas;
    } 30 or die "no replica takes over\n";
    $primary->resume;
}


# Sentinel chooses the replica itself, ends an earlier failover first, and cuts
# the connections of a server that it makes a replica.

sub hand_over {
    my ($self, $replica) = @_;

    my ($sentinel) = $self->{valkey}->sentinels;

    return $replica->call('CLUSTER', 'FAILOVER') unless $sentinel;

    my $primary = $self->primary;

    wait_until { eval { $sentinel->call('SENTINEL', 'FAILOVER', 'wa') } } 30
        or die "Sentinel does not hand over: $@\n";
    wait_until { eval { $primary->call('ROLE')->[0] ne 'master' } } 30
        or die "the primary stays one: $@\n";
}


sub cable_faults {
    my ($self, $nginx) = @_;

    my $lost = $self->primary->{on};
    my @on_it = grep { $_->{on} == $lost } $self->{valkey}->servers;

    return (
        [ 'host of a primary: cut off', sub { $lost->cut },
          sub { $lost->mend } ],
        [ 'host of a primary: lost', sub { $lost->cut; $_->kill for @on_it },
          sub { $lost->mend; $_->launch for @on_it } ],
        [ 'host of nginx: cut off', sub { $nginx->{host}->cut },
          sub { $nginx->{host}->mend } ],
    );
}


sub primary {
    my ($self) = @_;

    return $self->{valkey}->primary(int rand $SLOTS);
}


sub move_slots {
    my ($self) = @_;

    my $valkey = $self->{valkey};
    my ($from, $to) = shuffle(($valkey->servers)[0 .. 2]);
    my @slots = shuffle($valkey->slots_in_use($from));

    $valkey->move_slot($_, $to) for grep { defined } @slots[0 .. $MOVED - 1];
}


# All servers are there, and each host has one primary of a cluster again: else
# the next host that is lost could be that of the majority.

sub settle {
    my ($self) = @_;

    my $valkey = $self->{valkey} or return;

    wait_until { eval { $valkey->running == $valkey->servers } } 60;
    $_->wait_for for $valkey->servers;
    $valkey->wait_until_settled;

    for my $server (($valkey->servers)[0 .. $valkey->{cluster} - 1]) {
        next if $server->call('ROLE')->[0] eq 'master';
        $server->call('CLUSTER', 'FAILOVER');
        wait_until { $server->call('ROLE')->[0] eq 'master' } 10;
    }

    $valkey->wait_until_settled;
}


# The part of the time in which people can log in.  If both replicas must
# confirm, nobody can while one of them is away.

sub goes_on {
    my ($self) = @_;

    return $self->{store} eq 'sentinel' ? 0.4 : 1;
}


sub how {
    my ($self) = @_;

    return 'one nginx, one store of LMDB' if $self->{store} eq 'lmdb';

    return sprintf '%s: %d servers, %s', $self->{store},
        scalar $self->{valkey}->servers,
        no_hosts() ? 'all on loopback: ' . no_hosts()
                   : 'on three hosts, and two hosts of nginx';
}


sub stop {
    my ($self) = @_;

    my %stopped;

    $stopped{$_}++ || $_->stop for $self->nginx;
    $self->{valkey}->stop if $self->{valkey};
}


1;
