# nginx -t beside a running nginx touches nothing.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $nginx = start_nginx(callback_url => $receiver->url('/204'));
my $store = $nginx->root . '/store';
my $code = $nginx->issue->{json}{code};

wait_until { !grep { $_->{state} eq 'callback' } $nginx->records };

my $before = look();

for (1 .. 5) {
    my ($good, $said) = $nginx->run_nginx('-t');
    ok $good, 'nginx -t - is content' or diag $said;
}

is_deeply look(), $before, 'nginx -t - files are as they were';

# Nor does it make anything.

my $config = $nginx->config;
$nginx->write_config($config =~ s{whatsauth_store \S+}{$&-other}r);
$nginx->run_nginx('-t');
ok !-e "$store-other", 'nginx -t - makes no directory';
$nginx->write_config($config);

is $nginx->message(text_message(">>$code<<"))->{status}, 200,
    'nginx -t - the running nginx goes on';
is +($receiver->wait_for($code) // {})->{json}{status}, 'validated',
    'and validates';

$nginx->stop;
done_testing;


# Names, owners, modes, sizes and times of change, and what they hold.

sub look {
    my %seen;

    for my $file ($store, glob "$store/*") {
        my @stat = stat $file;
        $seen{$file} = join ' ', @stat[0 .. 5, 7, 9, 10];
    }

    open my $in, '<:raw', "$store/data.mdb" or die;
    local $/;
    $seen{content} = unpack '%64C*', <$in>;

    return \%seen;
}
