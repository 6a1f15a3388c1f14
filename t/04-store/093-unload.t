# The shared memory of the workers belongs to the master, which outlives
# reloads: a reload without the module frees it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'));
my $with = $nginx->config;

# Without the API, and then even without the module.

my $unused = $with =~ s/whatsauth on;/return 204;/r;
my $without = $unused =~ s/^load_module .*\n//mgr;
1 while $without =~ s/whatsauth_app demo \{[^{}]*\}//;
$without =~ s/whatsauth_store [^;]*;//;

sub reload_with {
    my ($config) = @_;

    $nginx->write_config($config);
    $nginx->reload;
}


sub log_in {
    my ($title) = @_;

    my $code = $nginx->issue->{json}{code} // '';
    is $nginx->message(text_message(">>$code<<"))->{status}, 200, $title;
    is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
        'and the callback comes';
}


# Eventfds, and large shared mappings, of the master.

sub holdings {
    no warnings 'portable';     # addresses have 64 bits

    my $master = $nginx->pid;
    my $eventfds = grep { (readlink $_ // '') =~ /eventfd/ }
                   glob "/proc/$master/fd/*";

    open my $in, '<', "/proc/$master/maps" or die "maps: $!\n";
    my $mappings = grep { /^(\w+)-(\w+) ...s / && hex($2) - hex($1) > 1e8 }
                   <$in>;

    return { eventfds => $eventfds, mappings => $mappings };
}


my $before = holdings();
cmp_ok $before->{eventfds}, '>', 0, 'unload - the master has eventfds';
is $before->{mappings}, 1, 'and the ring';
log_in('unload - a login works');

for ([ $unused, 'without the API' ], [ $without, 'without the module' ]) {
    my ($config, $title) = @$_;

    reload_with($config);
    is_deeply holdings(), { eventfds => 0, mappings => 0 },
        "unload - $title the master has neither";

    reload_with($with);
    is_deeply holdings(), $before, 'unload - with it again it has the same';
    log_in('and a login works');
}

$nginx->stop;
done_testing;
