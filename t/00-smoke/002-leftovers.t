# A test that dies, or is stopped in whatever way, leaves no nginx behind; and
# no site, unless it is killed.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( try_read_file );

my $TEST = <<'END';
use Test::WhatsAuth;

open STDERR, '>', '/dev/null';
my $receiver = start_receiver();
my $nginx = start_nginx(plain => 1, apps => '', location => 'return 204;');

$| = 1;
print $nginx->pid, " $receiver->{pid}\n";
die if $ARGV[0] eq 'die';
sleep 600;
END

# A zombie has ended.

sub has_ended {
    my ($pid) = @_;

    return try_read_file("/proc/$pid/stat") !~ /\) [^ZX]/;
}

for my $end (qw( die HUP INT TERM KILL )) {
    my $test = open my $out, '-|', $^X, '-It/lib', '-e', $TEST, $end
        or die "$^X: $!\n";
    my ($nginx, $site) = <$out> =~ /^(\d+) (\d+)$/ or die "no pids\n";

    kill $end, $test if $end ne 'die';

    ok wait_until(sub { has_ended($nginx) }), "$end - nginx ends";
    ok wait_until(sub { has_ended($site) }), "$end - so does the site"
        if $end ne 'KILL';

    kill 'KILL', grep { !has_ended($_) } $nginx, $site;
}

done_testing;
