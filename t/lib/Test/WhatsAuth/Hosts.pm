package Test::WhatsAuth::Hosts;

=head1 NAME

Test::WhatsAuth::Hosts - several hosts, each behind a cable that can be cut

=head1 SYNOPSIS

    use Test::WhatsAuth::Hosts;

    my $reason = no_hosts();
    plan skip_all => $reason if $reason;

    my @hosts = map { add_host() } 1 .. 3;
    my $valkey = start_valkey(cluster => 3, replicas => 2, hosts => \@hosts);
    my $nginx = start_nginx(host => add_host(), ...);

    $hosts[0]->cut;
    $hosts[0]->mend;

A server that is killed says so: its kernel closes its connections.  A host that
is lost says nothing, and goes on for itself: only that shows what a partition
does.  So each host is a network namespace, and its cable leads to a switch in
that of the test, whose own address there is C<$HUB>.

All of it exists for this test and what it starts alone, and goes with it,
whatever ends it.  For that the test is started once more, so this module is
used before anything is done.

=head1 FUNCTIONS

=over

=item no_hosts()

Why there are none, or undef.

=item add_host()

=back

=head1 METHODS

=over

=item address()

=item command(@command)

The command that runs this one on the host.

=item cut(), mend()

=back

=cut

use strict;
use warnings;

use Exporter qw( import );

our @EXPORT = qw( no_hosts add_host $HUB );

our $HUB = '10.77.0.254';

my @NAMESPACES = qw( unshare --net --mount --pid --fork --kill-child
    --mount-proc );

my $reason = enter();
my $hosts = 0;


sub enter {
    return if $^C;
    return 'only root may make network namespaces' if $> != 0;

    if (delete $ENV{TEST_WHATSAUTH_HOSTS}) {
        make_switch();
        return;
    }

    chomp(my $said = `@NAMESPACES ip link add br0 type bridge 2>&1`);
    return "no network namespace can be made here: $said" if $? != 0;

    $ENV{TEST_WHATSAUTH_HOSTS} = 1;
    exec @NAMESPACES, $^X, (map { "-I$_" } @INC), $0, @ARGV;
}


# The names of namespaces are files there.

sub make_switch {
    system('mkdir', '-p', '/run/netns');
    run(qw( mount -t tmpfs none /run/netns ));
    ip('link set lo up');
    ip('link add br0 type bridge');
    ip("addr add $HUB/24 dev br0");
    ip('link set br0 up');
}


sub no_hosts {
    return $reason;
}


sub add_host {
    my $n = ++$hosts;
    my $self = bless { name => "h$n", port => "p$n",
                       address => "10.77.0.$n" }, __PACKAGE__;

    ip("netns add $self->{name}");
    ip("link add $self->{port} type veth peer name e0 netns $self->{name}");
    ip("link set $self->{port} master br0");
    ip("-n $self->{name} link set lo up");
    ip("-n $self->{name} addr add $self->{address}/24 dev e0");
    ip("-n $self->{name} link set e0 up");
    $self->mend;

    return $self;
}


sub address {
    my ($self) = @_;

    return $self->{address};
}


sub command {
    my ($self, @command) = @_;

    return 'nsenter', "--net=/run/netns/$self->{name}", @command;
}


sub cut {
    my ($self) = @_;

    ip("link set $self->{port} down");
}


sub mend {
    my ($self) = @_;

    ip("link set $self->{port} up");
}


sub ip {
    my ($what) = @_;

    run('ip', split ' ', $what);
}


sub run {
    my (@command) = @_;

    system(@command) == 0 or die "@command failed\n";
}


1;
